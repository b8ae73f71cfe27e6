import {
  ChunkLedger,
  type ChunkNews,
  type ChunkProgress,
  type ChunkResult,
  type ChunkStatus,
  type LeftChunk,
  type TakenChunk,
} from '../../../ledger/chunk-ledger.js';
import type { Checkpoint, Execution } from '../../../ledger/run-ledger.js';

interface Row {
  readonly id: string;
  readonly items: string;
  status: ChunkStatus;
  results: readonly ChunkResult[];
  counted: number;
  isLost: boolean;
}

/** The chunks of one run, as its checkpoints leave them. */
export class MemoryChunks extends ChunkLedger {
  private readonly rows = new Map<string, Row>();
  private seen = 0;

  /** `checkpoints`: of the run, in their order. */
  constructor(
    private readonly runId: string,
    private readonly checkpoints: readonly Checkpoint[],
  ) {
    super();
  }

  get all(): readonly Row[] {
    for (const { chunks } of this.checkpoints.slice(this.seen)) {
      for (const chunk of chunks?.added ?? [])
        this.rows.set(chunk.id, { ...chunk, status: 'open', results: [], counted: 0, isLost: false });
      for (const { id, counted } of chunks?.counted ?? []) this.rows.get(id)!.counted = counted;
      for (const id of chunks?.settled ?? []) this.rows.delete(id);
    }
    this.seen = this.checkpoints.length;
    return [...this.rows.values()];
  }

  async leftBy(): Promise<readonly LeftChunk[]> {
    return this.all.map((row) => ({ ...row, failure: null }));
  }

  async news(): Promise<readonly ChunkNews[]> {
    return this.leftBy();
  }

  async forgetDead(): Promise<void> {}

  async stop(): Promise<void> {
    for (const row of this.all) {
      if (row.status === 'open') this.rows.delete(row.id);
      else if (row.status === 'taken') row.status = 'stopping';
    }
  }

  async take(): Promise<TakenChunk | null> {
    const row = this.all.find(({ status }) => status === 'open');
    if (!row) return null;
    row.status = 'taken';
    return { id: row.id, runId: this.runId, items: row.items };
  }

  takeOf(): Promise<TakenChunk | null> {
    return this.take();
  }

  async record(progress: readonly ChunkProgress[]): Promise<ReadonlyMap<string, ChunkStatus>> {
    return new Map(
      progress.flatMap(({ id, results, hasEnded }) => {
        const row = this.all.find((one) => one.id === id && (one.status === 'taken' || one.status === 'stopping'));
        if (!row || row.isLost) return [];
        row.results = results;
        if (hasEnded) row.status = 'ended';
        return [[id, row.status] as const];
      }),
    );
  }

  async execution(): Promise<Execution | null> {
    return null;
  }
}
