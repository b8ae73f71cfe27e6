import { type Command, CommandRefusedError, type CommandRequest, ServiceNotRunningError } from '../command-ledger.js';
import type { Pause } from '../pause.js';
import type { Run } from '../../runs/run.js';
import { failedItemsOf, liftQuarantine, quarantinedIn } from './command-items.js';
import { pausesAfter, toPause } from './pauses.js';
import { plainText } from './recorded-text.js';
import { insertRun, isActive, isQueued, type RunRow, selectRun, toRun } from './run-queries.js';
import { newestSlots, recordSlots } from './task-summary.js';
import type { LedgerWriter } from './sql-store.js';
import { changesOf, type Transaction } from './transaction.js';

type CommandOf<Action> = Extract<Command, { readonly action: Action }>;

/** What a command has come to, and what the audit trail says of it. */
export interface Performed {
  readonly target: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly run?: Run;
  readonly pause?: Pause;
  readonly items?: readonly string[];
}

/** Carries out one command within a transaction. */
export class CommandPerformer {
  constructor(
    private readonly writer: LedgerWriter,
    private readonly request: CommandRequest,
    private readonly now: number,
  ) {}

  *perform(): Transaction<Performed> {
    const { command } = this.request;
    switch (command.action) {
      case 'pause':
        return yield* this.pause(command);
      case 'resume':
        return yield* this.resume(command);
      case 'run':
        return yield* this.queue(command);
      case 'cancel':
        return yield* this.cancel(command);
      case 'retry':
        return yield* this.retry(command);
      case 'release':
        return yield* this.release(command);
    }
  }

  /** Takes the place of a pause that the same target has. */
  private *pause({ task, until }: CommandOf<'pause'>): Transaction<Performed> {
    const { actor, reason } = this.request;
    const [before] = yield* this.endPauses((paused) => paused === task);
    const row = {
      task,
      since: this.now,
      ends: until && until.getTime(),
      reason: reason && plainText(reason),
      actor: JSON.stringify(actor),
    };
    yield* changesOf((db) => db.insertInto('pauses').values(row));
    const pause = toPause(row);
    return { target: task ?? '*', before: before ?? null, after: pause, pause };
  }

  private *resume({ task }: CommandOf<'resume'>): Transaction<Performed> {
    const ended = yield* this.endPauses((paused) => task === null || paused === task);
    const last = ended.at(-1);
    if (last) {
      const pause = { ...last, ends: new Date(this.now) };
      return { target: task ?? '*', before: ended, after: null, pause };
    }
    const others = yield* pausesAfter.rows({ after: this.now });
    throw new CommandRefusedError(
      others.some((pause) => pause.task === null)
        ? `All tasks are paused, not ${task} alone: resume them all`
        : `${task ?? 'No task'} is ${task === null ? '' : 'not '}paused: there is nothing to resume`,
    );
  }

  /** Answers those that it ended, as they were. */
  private *endPauses(concerns: (task: string | null) => boolean): Transaction<Pause[]> {
    const held = (yield* pausesAfter.rows({ after: this.now })).filter(({ task }) => concerns(task));
    if (held.length === 0) return [];
    const positions = held.map(({ position }) => position);
    yield* changesOf((db) => db.updateTable('pauses').set({ ends: this.now }).where('position', 'in', positions));
    return held.map(toPause);
  }

  private *queue({ task, params = null, dryRun = false }: CommandOf<'run'>): Transaction<Performed> {
    yield* this.requireService();
    const given = { params: params && JSON.stringify(params), dry_run: dryRun ? 1 : 0 };
    const run = yield* this.queueRun(task, { trigger: 'manual', ...given });
    const asked = { ...(params && { params }), ...(dryRun && { dryRun }) };
    return { target: task, before: null, after: { run: run.id, ...asked }, run };
  }

  private *cancel({ run: id }: CommandOf<'cancel'>): Transaction<Performed> {
    yield* this.requireService();
    const row = yield* this.find(id);
    if (row.finished_at !== null) throw new CommandRefusedError(`Run ${id} has ended: it is ${row.status}`);
    const { actor } = this.request;
    const reason = plainText(this.request.reason ?? `asked for by ${actor.name}`);
    const ended = { status: 'cancelled', reason, finished_at: this.now, worked_ms: row.worked_ms ?? 0 } as const;
    const waited = yield* changesOf((db) => db.updateTable('runs').set(ended).where('id', '=', id).where(isQueued));
    if (waited === 0n) {
      const cancel_request = JSON.stringify({ reason, actor, at: this.now });
      yield* changesOf((db) => db.updateTable('runs').set({ cancel_request }).where('id', '=', id).where(isActive));
    }
    const run = toRun(yield* this.find(id));
    return { target: id, before: { status: row.status }, after: { status: 'cancelled', reason }, run };
  }

  private *retry({ run: id, items, error }: CommandOf<'retry'>): Transaction<Performed> {
    yield* this.requireService();
    const row = yield* this.find(id);
    if (row.finished_at === null)
      throw new CommandRefusedError(`Run ${id} is ${row.status}: retry it when it has ended`);
    const failed = yield* failedItemsOf(id, items, error);
    const whole = failed.length === 0 && items === null && error === null && isRetried(row);
    if (failed.length === 0 && !whole) {
      const named = items === null && error === null ? '' : ' like that';
      throw new CommandRefusedError(`Run ${id} has no failed items${named}: there is nothing to retry`);
    }
    yield* liftQuarantine(row.task, failed);
    const run = yield* this.queueRun(row.task, {
      ...{ trigger: 'retry', params: row.params, dry_run: row.dry_run },
      ...{ only_items: whole ? null : JSON.stringify(failed), retry_of: row.id, retried_attempt: row.attempt },
    });
    return { target: id, before: null, after: { run: run.id, items: failed.length }, run, items: failed };
  }

  private *release({ task, items }: CommandOf<'release'>): Transaction<Performed> {
    const held = yield* quarantinedIn(task, items, this.now);
    if (held.length === 0) {
      throw new CommandRefusedError(
        `None of these items of ${task} is in quarantine: \`worker items ${task}\` lists them`,
      );
    }
    yield* liftQuarantine(task, held);
    return { target: task, before: { quarantined: held }, after: { quarantined: [] }, items: held };
  }

  private *queueRun(
    task: string,
    asked: Pick<RunRow, 'trigger' | 'params' | 'dry_run'> & Partial<RunRow>,
  ): Transaction<Run> {
    const row: RunRow = {
      ...{ id: this.writer.runIds.next(this.now), task, slot: null, status: 'queued', reason: null },
      ...{ attempt: 1, at: null, owner: null, queued_at: this.now, started_at: null, finished_at: null },
      ...{ items: null, open_items: null, result: null, error: null },
      actor: JSON.stringify(this.request.actor),
      worker: null,
      ...{ only_items: null, cancel_request: null, resumed_at: null, worked_ms: null, crashes: 0 },
      ...{ after_run: null, retry_of: null, retried_attempt: null },
      ...asked,
    };
    yield* insertRun.execute(row);
    // The overview knows only tasks that have a record, which one without a schedule lacks.
    yield* recordSlots.execute({ slots: newestSlots.toJson([{ task, last_slot: null }]) });
    return toRun(row);
  }

  private *find(id: string): Transaction<RunRow> {
    const row = yield* selectRun.first({ id });
    if (!row) throw new CommandRefusedError(`There is no run ${id} any more: it was pruned`);
    return row;
  }

  private *requireService(): Transaction<void> {
    if (yield* this.writer.members.hasService()) return;
    throw new ServiceNotRunningError(this.request.command.action);
  }
}

/** Ended without what it was for, so that it makes sense to run its task again. */
function isRetried({ status }: RunRow): boolean {
  return status === 'failed' || status === 'timed_out' || status === 'cancelled';
}
