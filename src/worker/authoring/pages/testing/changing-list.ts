import { setImmediate as turn } from 'node:timers/promises';
import type { ResumePoint, RunProgress } from '../../../../ledger/run-ledger.js';
import { WorkerError } from '../../../../runs/errors.js';
import type { ItemCounts } from '../../../../runs/run.js';
import type { ItemVerdict } from '../../item-context.js';
import type { BatchWork } from '../../../batch/batch-work.js';
import type { PageSource } from '../../../batch/page-source.js';
import { aBatch } from '../../../batch/testing/pending-orders.js';
import { cursorPages } from '../cursor-pages.js';
import { keysetPages } from '../keyset-pages.js';
import { offsetPages } from '../offset-pages.js';
import { pages } from '../pages.js';

export interface Entry {
  readonly id: string;
  readonly key: number;
}

export type ListKind = 'cursor' | 'keyset' | 'offset' | 'generator';

/** A list in memory that items join and leave while it is read, and a task that works it off. */
export class ChangingList implements BatchWork<Entry> {
  entries: Entry[];
  reads = 0;
  bad = new Set<string>();
  /** How often each was processed, in all attempts. */
  readonly processed = new Map<string, number>();
  /** Called before each page is read. */
  onRead: () => void = () => {};
  onProcess: () => void = () => {};
  turns = (): number => 0;
  /** Whether a generator shows the page that it has just shown once more. */
  stutters = (): boolean => false;
  /** Whether a generator begins the list again at its end, for ever. */
  isCircular = false;
  /** Whether the task is shown which entries are done, and skips those. */
  showsWhatIsDone = false;
  readonly pages: PageSource<Entry>;
  private highestKey: number;

  constructor(kind: ListKind, count: number, pageSize = 10) {
    this.entries = Array.from({ length: count }, (_, index) => ({ id: `e${index}`, key: index }));
    this.highestKey = count - 1;
    this.pages = this.source(kind, pageSize);
  }

  /** Into the list, in front of the entry at this place. */
  insert(place: number, id: string): void {
    const before = this.entries[place - 1]?.key ?? -1;
    const after = this.entries[place]?.key ?? before + 2;
    const key = (before + after) / 2;
    this.entries.splice(place, 0, { id, key });
    this.highestKey = Math.max(this.highestKey, key);
  }

  /** To the end of the list, as an entry goes that is sorted by its last change. */
  moveToEnd(place: number): void {
    const [{ id } = { id: '' }] = this.entries.splice(place, 1);
    this.entries.push({ id, key: ++this.highestKey });
  }

  async processItem({ id }: Entry): Promise<ItemVerdict> {
    for (let left = this.turns(); left > 0; left--) await turn();
    if (this.showsWhatIsDone && this.processed.has(id)) return 'skipped';
    this.processed.set(id, (this.processed.get(id) ?? 0) + 1);
    this.onProcess();
    if (this.bad.has(id)) throw new WorkerError('This entry cannot be processed', 'HTTP_422');
    return 'succeeded';
  }

  idOf({ id }: Entry): string {
    return id;
  }

  /** Ids that were processed more than once. */
  get repeated(): string[] {
    return [...this.processed].filter(([, times]) => times > 1).map(([id]) => id);
  }

  private source(kind: ListKind, pageSize: number): PageSource<Entry> {
    switch (kind) {
      case 'cursor':
        return cursorPages(async (cursor) => {
          const found = await this.page((all) => all.filter(({ key }) => key > Number(cursor ?? -1)));
          const items = found.slice(0, pageSize);
          return { items, next: found.length > pageSize ? String(items.at(-1)?.key) : null };
        });
      case 'keyset':
        return keysetPages(
          async ({ after, limit }) =>
            (await this.page((all) => all.filter(({ key }) => key > Number(after ?? -1)))).slice(0, limit),
          { key: ({ key }) => key, pageSize },
        );
      case 'offset':
        return offsetPages(({ offset, limit }) => this.page((all) => all.slice(offset, offset + limit)), { pageSize });
      case 'generator':
        return pages(() => this.generate(pageSize));
    }
  }

  private async *generate(pageSize: number): AsyncGenerator<readonly Entry[]> {
    do {
      let last: Entry | undefined;
      do {
        const after = last?.key ?? -1;
        const page = (await this.page((all) => all.filter(({ key }) => key > after))).slice(0, pageSize);
        yield page;
        if (this.stutters()) yield page;
        last = page.at(-1);
      } while (last);
    } while (this.isCircular);
  }

  private async page(select: (all: Entry[]) => Entry[]): Promise<Entry[]> {
    this.reads++;
    for (let left = this.turns(); left > 0; left--) await turn();
    this.onRead();
    return select(this.entries);
  }
}

export interface Attempts {
  readonly counts: ItemCounts;
  readonly attempts: number;
  /** The codes of what has failed in the last attempt. */
  readonly failures: readonly (string | null)[];
  /** Ids that were in work at a checkpoint that an attempt went on from. */
  readonly suspects: ReadonlySet<string>;
}

/**
 * Runs the task to its end; it crashes each time after so many items, and goes on from its last
 * checkpoint.
 */
export async function runWithCrashes(list: ChangingList, crashAfter: readonly number[], lanes = 8): Promise<Attempts> {
  const suspects = new Set<string>();
  let resume: ResumePoint | null = null;
  for (let attempt = 1; ; attempt++) {
    const { run, abort, checkpoints, failures } = await aBatch(list, { resume, attempt }, undefined, lanes);
    let left = crashAfter[attempt - 1] ?? Infinity;
    let survived: number | undefined;
    list.onProcess = () => {
      if (--left > 0 || abort.signal.aborted) return;
      survived = checkpoints.length;
      abort.abort(new Error('The process was killed'));
    };
    const end = await run().catch((error: unknown) => error);
    if (!abort.signal.aborted) {
      if (end instanceof Error) throw end;
      const codes = (await failures()).map(({ error }) => error.code);
      return { counts: end as ItemCounts, attempts: attempt, suspects, failures: codes };
    }
    const recorded: RunProgress[] = [...(resume ? [resume] : []), ...checkpoints.slice(0, survived)];
    const open = recorded.at(-1) ?? { pending: [], unconfirmed: [] };
    const items = recorded.findLast((progress) => progress.items !== null)?.items ?? null;
    for (const id of open.pending) suspects.add(id);
    resume = structuredClone({ ...open, items, crashed: false, crashes: 0 });
  }
}
