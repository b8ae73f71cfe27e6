import type { RunHistory } from '../../ledger/run-history.js';
import type { Run } from '../../runs/run.js';
import { SECOND } from '../../time/duration.js';
import { runsChangedSince } from './recorded-runs.js';

/** Covers clocks that differ, and a look that came late. */
const LOOK_BACK_MS = 10 * SECOND;
/** Far more than change between two looks. */
const MAX_KNOWN_RUNS = 2_000;

interface Known {
  readonly run: Run;
  /** The number of the look during which it was noted. */
  readonly look: number;
}

interface Change {
  readonly run: Run;
  /** No more than its items have changed. */
  readonly isProgress: boolean;
}

/** Finds what has become of runs that other processes execute. */
export class RunFollower {
  private readonly known = new Map<string, Known>();
  private looks = 0;
  private fresh = true;

  constructor(private readonly history: RunHistory) {}

  /** This process has told of the run itself. */
  note(run: Run): void {
    this.known.delete(run.id);
    this.known.set(run.id, { run, look: this.looks });
    for (const id of this.known.keys()) {
      if (this.known.size <= MAX_KNOWN_RUNS) break;
      this.known.delete(id);
    }
  }

  /** What others do until the next look is not news: whoever looks on reads it first. */
  forget(): void {
    this.fresh = true;
  }

  /** The runs of others that are not as they were at the last look. */
  async look(now: Date): Promise<readonly Change[]> {
    this.looks += 1;
    const { fresh } = this;
    this.fresh = false;
    const changed = await this.read(new Date(now.getTime() - LOOK_BACK_MS));
    const news = changed.flatMap((run) => this.newsOf(run) ?? []);
    for (const { run } of news) this.note(run);
    return fresh ? [] : news;
  }

  private async read(since: Date): Promise<readonly Run[]> {
    const changed = (await runsChangedSince(this.history, since)) ?? [];
    const found = new Set(changed.map(({ id }) => id));
    const gone = [...this.known.values()].filter(({ run }) => run.finishedAt === null && !found.has(run.id));
    const others: Run[] = [];
    for (const { run } of gone) {
      const now = await this.history.find(run.id);
      if (now) others.push(now);
      else this.known.delete(run.id);
    }
    return [...others, ...changed];
  }

  private newsOf(run: Run): Change | undefined {
    const known = this.known.get(run.id);
    if (!known) return { run, isProgress: false };
    // What this process told while the ledger was read is newer than what was read.
    if (known.look === this.looks) return undefined;
    const { status, attempt, items } = known.run;
    if (run.status !== status || run.attempt !== attempt) return { run, isProgress: false };
    return JSON.stringify(run.items) === JSON.stringify(items) ? undefined : { run, isProgress: true };
  }
}
