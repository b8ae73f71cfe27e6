import { MINUTE, SECOND } from '../time/duration.js';
import type { WorkerEvents } from '../runs/worker-events.js';
import type { OrphanedRun, RunLedger } from '../ledger/run-ledger.js';
import { MAX_CRASHES, type RunDispatch } from './run-dispatch.js';

/** Lets what is due at the start begin first; then how often it looks whether that has ended. */
const LOOK_EVERY_MS = 250;
/** A busy process may never be idle: what crashed once is then resumed beside others. */
const MAX_WAIT_MS = 5 * SECOND;
const MAX_SUSPECT_WAIT_MS = MINUTE;

/**
 * Resumes the runs that died with their process. Any of them may be what it died of, and would take
 * the next one down, too: they come last, once nothing else is in work, and those that have crashed
 * twice one at a time. So every other task has its runs, and a culprit is found: it alone reaches
 * the third crash, which ends it.
 */
export class CrashedRuns {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private waitingSince = 0;
  private suspectInWork = false;

  constructor(
    private readonly ledger: RunLedger,
    private readonly dispatch: RunDispatch,
    private readonly events: WorkerEvents,
  ) {}

  /** Resumes in the background what there is now. May be called again at any time. */
  resumeAll(): void {
    if (this.timer || this.stopped) return;
    this.waitingSince = performance.now();
    this.lookSoon();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private lookSoon(): void {
    this.timer = setTimeout(() => void this.look(), LOOK_EVERY_MS).unref();
  }

  private async look(): Promise<void> {
    let left = 0;
    try {
      const executions = await this.ledger.takeOver((orphans) => {
        const chosen = this.choose(orphans);
        left = orphans.length - chosen.length;
        return chosen;
      });
      for (const execution of executions) {
        const end = this.dispatch.resume(execution);
        if (isSuspect(execution.resume)) void this.watch(end);
      }
    } catch (error) {
      this.events.emit('engine.takeover_failed', { error });
    }
    this.timer = undefined;
    if (left > 0 && !this.stopped) this.lookSoon();
  }

  /** A run that is only to be given up needs no waiting. */
  private choose(orphans: readonly OrphanedRun[]): readonly OrphanedRun[] {
    const waitedMs = performance.now() - this.waitingSince;
    const others = orphans.filter((orphan) => !isSuspect(orphan));
    if (others.some(({ crashes }) => crashes === 1) && !this.dispatch.isIdle && waitedMs < MAX_WAIT_MS) {
      return others.filter(({ crashes }) => crashes !== 1);
    }
    if (others.length > 0 || this.suspectInWork) return others;
    return this.dispatch.isIdle || waitedMs >= MAX_SUSPECT_WAIT_MS ? orphans.slice(0, 1) : [];
  }

  private async watch(end: Promise<void>): Promise<void> {
    this.suspectInWork = true;
    await end;
    this.suspectInWork = false;
    this.waitingSince = performance.now();
  }
}

function isSuspect(run: { readonly crashes: number } | null): boolean {
  return run !== null && run.crashes > 1 && run.crashes < MAX_CRASHES;
}
