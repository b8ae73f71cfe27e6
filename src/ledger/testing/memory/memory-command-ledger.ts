import type { Run } from '../../../runs/run.js';
import { DAY } from '../../../time/duration.js';
import {
  type AuditEntry,
  type AuditQuery,
  type Command,
  type CommandAnswer,
  type CommandInbox,
  CommandLedger,
  CommandRefusedError,
  type CommandRequest,
  IdempotencyKeyReusedError,
  ServiceNotRunningError,
} from '../../command-ledger.js';
import type { Pause } from '../../pause.js';
import { plainText } from '../../sql/recorded-text.js';
import type { MemoryProcess } from './memory-process.js';
import { isActive, type StoredRun } from './memory-records.js';

type CommandOf<Action> = Extract<Command, { readonly action: Action }>;
type Performed = Partial<CommandAnswer> & Pick<AuditEntry, 'target' | 'before' | 'after'>;

export class MemoryCommandLedger extends CommandLedger {
  constructor(private readonly process: MemoryProcess) {
    super();
  }

  async perform(request: CommandRequest): Promise<CommandAnswer> {
    const { records } = this.process.requireOpen();
    const { command, actor, address, reason, idempotencyKey } = request;
    const key = JSON.stringify([actor.name, idempotencyKey]);
    const known = records.answers.get(key);
    if (idempotencyKey !== null && known && known.at.getTime() > this.process.now().getTime() - DAY) {
      if (known.command !== JSON.stringify(command)) throw new IdempotencyKeyReusedError(idempotencyKey);
      const run = known.answer.run && (records.runs.get(known.answer.run.id)?.run ?? null);
      return { ...known.answer, run };
    }
    const { target, before, after, ...performed } = this.act(request);
    records.mark++;
    const entry = {
      position: (records.audit.at(-1)?.position ?? 0) + 1,
      at: this.process.now(),
      actor,
      address,
      target,
      reason,
    };
    records.audit.push({ ...entry, action: command.action, ...(json({ before, after }) as Performed) });
    const answer = { run: null, pause: null, items: [], ...performed };
    records.answers.set(key, { command: JSON.stringify(command), at: this.process.now(), answer });
    return answer;
  }

  async inbox(): Promise<CommandInbox> {
    const { records, id, role } = this.process.requireOpen();
    const runs = [...records.runs.values()];
    const cancellations = runs.flatMap(({ run, owner, cancelReason: reason }) =>
      isActive(run) && owner === id && reason !== null ? [{ runId: run.id, reason }] : [],
    );
    const queued = runs.filter(({ run }) => run.status === 'queued').map(({ run }) => run.task);
    return { cancellations, queuedTasks: role === 'service' ? [...new Set(queued)] : [] };
  }

  async changeMark(): Promise<number> {
    return this.process.requireOpen().records.mark;
  }

  async pauses(after: Date): Promise<readonly Pause[]> {
    const { records } = this.process.requireOpen();
    return records.pauses.filter(({ ends }) => ends === null || ends > after);
  }

  async audit({ before = Infinity, limit }: AuditQuery): Promise<readonly AuditEntry[]> {
    const { audit } = this.process.requireOpen().records;
    return audit
      .filter(({ position }) => position < before)
      .reverse()
      .slice(0, limit);
  }

  private act(request: CommandRequest): Performed {
    const { command } = request;
    if (command.action === 'pause') return this.pause(command, request);
    if (command.action === 'resume') return this.resume(command);
    if (command.action === 'release') return this.release(command);
    const living = [...this.process.records.living.values()];
    if (!living.includes('service')) throw new ServiceNotRunningError(command.action);
    if (command.action === 'cancel') return this.cancel(command, request);
    if (command.action === 'retry') return this.retry(command, request);
    const { task, params = null, dryRun = false } = command;
    const asked = { ...(params && { params }), ...(dryRun && { dryRun }) };
    const run = this.queue(task, null, { trigger: 'manual', ...asked }, request);
    return { target: task, before: null, after: { run: run.id, ...asked }, run };
  }

  private pause({ task, until }: CommandOf<'pause'>, { actor, reason }: CommandRequest): Performed {
    const [before = null] = this.endPauses((paused) => paused === task);
    const pause = { task, since: this.process.now(), ends: until, reason: reason && plainText(reason), actor };
    this.process.records.pauses.push(pause);
    return { target: task ?? '*', before, after: pause, pause };
  }

  private resume({ task }: CommandOf<'resume'>): Performed {
    const ended = this.endPauses((paused) => task === null || paused === task);
    const last = ended.at(-1);
    if (!last) throw new CommandRefusedError(`${task} is not paused`);
    return { target: task ?? '*', before: ended, after: null, pause: { ...last, ends: this.process.now() } };
  }

  private endPauses(concerns: (task: string | null) => boolean): Pause[] {
    const { records } = this.process;
    const now = this.process.now();
    const ended = records.pauses.filter(({ task, ends }) => concerns(task) && (ends === null || ends > now));
    records.pauses = records.pauses.map((pause) => (ended.includes(pause) ? { ...pause, ends: now } : pause));
    return ended;
  }

  private cancel({ run: id }: CommandOf<'cancel'>, { actor, reason: given }: CommandRequest): Performed {
    const stored = this.find(id);
    const { status } = stored.run;
    if (stored.run.finishedAt) throw new CommandRefusedError(`Run ${id} has ended: it is ${status}`);
    const reason = given ?? `asked for by ${actor.name}`;
    if (status === 'queued') {
      stored.run = { ...stored.run, status: 'cancelled', reason, finishedAt: this.process.now(), durationMs: 0 };
    } else {
      stored.cancelReason = reason;
    }
    return { target: id, before: { status }, after: { status: 'cancelled', reason }, run: stored.run };
  }

  private retry({ run: id, items, error }: CommandOf<'retry'>, request: CommandRequest): Performed {
    const { run } = this.find(id);
    if (!run.finishedAt) throw new CommandRefusedError(`Run ${id} is ${run.status}: retry it when it has ended`);
    const failures = [...this.process.records.failures(id).values()].filter(
      (failure) =>
        (items?.includes(failure.id) ?? true) &&
        (error === null || Object.values(failure.error).some((text: string) => text.includes(error))),
    );
    const whole = failures.length === 0 && items === null && error === null;
    if (failures.length === 0 && !(whole && ['failed', 'timed_out', 'cancelled'].includes(run.status))) {
      throw new CommandRefusedError(`Run ${id} has no failed items: there is nothing to retry`);
    }
    const failed = failures.map((failure) => failure.id);
    this.liftQuarantine(run.task, failed);
    const { params = null, dryRun = false } = run;
    const tried = { trigger: 'retry', params, dryRun, retryOf: run.id, retriedAttempt: run.attempt } as const;
    const retried = this.queue(run.task, whole ? null : failed, tried, request);
    return { target: id, before: null, after: { run: retried.id, items: failed.length }, run: retried, items: failed };
  }

  private release({ task, items }: CommandOf<'release'>): Performed {
    const records = this.process.records.items(task);
    const now = this.process.now();
    const held = [...records.values()]
      .filter(({ id, quarantinedUntil }) => items.includes(id) && quarantinedUntil !== null && quarantinedUntil > now)
      .map(({ id }) => id);
    if (held.length === 0) throw new CommandRefusedError(`None of these items of ${task} is in quarantine`);
    this.liftQuarantine(task, held);
    return { target: task, before: { quarantined: held }, after: { quarantined: [] }, items: held };
  }

  private liftQuarantine(task: string, ids: readonly string[]): void {
    const items = this.process.records.items(task);
    for (const [id, item] of items) if (ids.includes(id)) items.set(id, { ...item, quarantinedUntil: null });
  }

  private queue(
    task: string,
    only: readonly string[] | null,
    { params, dryRun, ...asked }: Pick<Run, 'trigger' | 'params' | 'dryRun'> & Partial<Run>,
    { actor }: CommandRequest,
  ): Run {
    const { records } = this.process;
    const now = this.process.now();
    const run: Run = {
      ...{ id: records.ids.next(now.getTime()), task, slot: null, status: 'queued', reason: null },
      ...{ attempt: 1, queuedAt: now, startedAt: null, finishedAt: null, durationMs: null },
      ...{ items: null, actor, worker: null, result: null, error: null },
      ...(params && { params }),
      ...(dryRun && { dryRun }),
      ...asked,
    };
    const open = { pending: [], unconfirmed: [] };
    const rest = {
      at: null,
      owner: null,
      open,
      attemptBeganAt: now,
      workedMs: 0,
      only,
      cancelReason: null,
      crashes: 0,
    };
    records.runs.set(run.id, { run, ...rest });
    return run;
  }

  private find(id: string): StoredRun {
    const stored = this.process.records.runs.get(id);
    if (!stored) throw new CommandRefusedError(`There is no run ${id} any more: it was pruned`);
    return stored;
  }
}

function json(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
