import { jest } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import type { WorkerSettings } from '../../../config/settings.js';
import type { Execution } from '../../../ledger/run-ledger.js';
import { isQuarantined } from '../../../ledger/item-ledger.js';
import { manualClaim, start } from '../../../ledger/testing/claims.js';
import { MemoryLedger } from '../../../ledger/testing/memory/memory-ledger.js';
import type { ItemCounts } from '../../../runs/run.js';
import { WorkerEvents } from '../../../runs/worker-events.js';
import { cursorPages } from '../../authoring/pages/cursor-pages.js';
import { RunRecorder } from '../../execution/run-recorder.js';
import { aBatchContext } from '../../testing/batch-context.fake.js';
import { BatchRunner } from '../batch-runner.js';
import type { BatchWork } from '../batch-work.js';

const TASK = 'killed_task';
const PAGE_SIZE = 100;
const PAGE_MS = 20;

interface Item {
  readonly id: string;
}

interface KilledWork {
  readonly count: number;
  readonly lanes: number;
  readonly itemMs: number;
}

/**
 * One run over a list by cursor, of which the process dies and begins anew, on fake timers and a
 * ledger in memory.
 */
export class KilledWorker {
  readonly done = new Set<string>();
  counts: ItemCounts | undefined;
  deaths = 0;
  private readonly ids: readonly string[];
  private readonly poisonous = new Map<string, number>();
  private ledger = new MemoryLedger();

  constructor(private readonly work: KilledWork) {
    this.ids = Array.from({ length: work.count }, (_, index) => `i${index}`);
  }

  idAt(index: number): string {
    return this.ids[index]!;
  }

  /** The process dies so long after one of these has begun. */
  poison(ids: readonly string[], afterMs: number): void {
    for (const id of ids) this.poisonous.set(id, afterMs);
  }

  /** Works to the end; kills the first processes after so long each, those that live as long. */
  async workOff(killsAfterMs: readonly number[]): Promise<void> {
    let execution = await start(this.ledger.runs, manualClaim(TASK));
    for (let life = 0; ; life++) {
      const counts = await this.live(execution, killsAfterMs[life]);
      if (counts) {
        this.counts = counts;
        return;
      }
      this.deaths++;
      if (this.deaths > 200) throw new Error('The process dies for ever');
      this.ledger.end();
      this.ledger = this.ledger.beside('service');
      [execution] = (await this.ledger.runs.takeOver()) as [Execution];
    }
  }

  async quarantined(): Promise<string[]> {
    const troubled = await this.ledger.items.troubled(TASK);
    return [...troubled.values()].filter((item) => isQuarantined(item, new Date())).map(({ id }) => id);
  }

  /** Undefined when the process died. */
  private async live(execution: Execution, killAfterMs: number | undefined): Promise<ItemCounts | undefined> {
    const abort = new AbortController();
    const die = () => abort.abort(new Error('The process was killed'));
    const kill = killAfterMs === undefined ? undefined : setTimeout(die, killAfterMs);
    const events = new WorkerEvents();
    const recorder = new RunRecorder(execution, this.ledger.runs, events, abort);
    const { run, resume } = execution;
    const { context } = aBatchContext({
      ...{ signal: abort.signal, runId: run.id, task: TASK, recorder, resume },
      progress: (items) => recorder.progress(items),
    });
    const settings = { dataApi: { concurrency: { min: 1, max: this.work.lanes } }, apis: [] };
    const runner = new BatchRunner(this.ledger.items, events, settings as unknown as WorkerSettings);
    let end: ItemCounts | Error | undefined;
    runner.run(this.batch(abort.signal, die), context).then(
      (counts) => (end = counts),
      (error: Error) => (end = error),
    );
    while (!end && !abort.signal.aborted) {
      await turn();
      if (!end && !abort.signal.aborted) jest.advanceTimersToNextTimer();
    }
    clearTimeout(kill);
    if (abort.signal.aborted) return undefined;
    await turn();
    if (end instanceof Error) throw end;
    const counts = end as ItemCounts;
    await recorder.finish({ status: counts.failed > 0 ? 'partial' : 'succeeded' }, abort.signal);
    return counts;
  }

  private batch(death: AbortSignal, die: () => void): BatchWork<Item> {
    return {
      idOf: ({ id }) => id,
      pages: cursorPages(async (cursor) => {
        await alive(PAGE_MS, death);
        const from = Number(cursor ?? 0);
        const items = this.ids.slice(from, from + PAGE_SIZE).map((id) => ({ id }));
        return { items, next: from + PAGE_SIZE < this.ids.length ? String(from + PAGE_SIZE) : null };
      }),
      processItem: async ({ id }) => {
        const killsAfterMs = this.poisonous.get(id);
        if (killsAfterMs === undefined) {
          await alive(this.work.itemMs, death);
          this.done.add(id);
        } else {
          await alive(killsAfterMs, death);
          die();
          await new Promise(() => {});
        }
      },
    };
  }
}

/** Resolves after this time, and never in a process that is dead by then. */
function alive(milliseconds: number, death: AbortSignal): Promise<void> {
  return new Promise((resolve) => setTimeout(() => !death.aborted && resolve(), milliseconds));
}
