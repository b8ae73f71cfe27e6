import { Injectable } from '@nestjs/common';
import type { Actor } from '../../runs/actor.js';
import { Clock } from '../../time/clock.js';
import {
  type AuditEntry,
  type AuditQuery,
  type CommandAnswer,
  type CommandInbox,
  CommandLedger,
  type CommandRequest,
  IdempotencyKeyReusedError,
} from '../command-ledger.js';
import type { Pause } from '../pause.js';
import { CommandPerformer, type Performed } from './command-performer.js';
import { pausesAfter, toPause } from './pauses.js';
import { plainText } from './recorded-text.js';
import { isActive, isQueued, selectRun, toRun, toValue } from './run-queries.js';
import { KEY_HOLDS_MS } from './side-records.js';
import { type LedgerWriter, SqlStore } from './sql-store.js';
import { changesOf, firstOf, rowsOf, type Transaction } from './transaction.js';

@Injectable()
export class SqlCommandLedger extends CommandLedger {
  constructor(
    private readonly store: SqlStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  async perform(request: CommandRequest): Promise<CommandAnswer> {
    const { writer } = this.store;
    const now = this.clock.now().getTime();
    return this.store.write(() => perform(writer, request, now));
  }

  async inbox(): Promise<CommandInbox> {
    const { writer } = this.store;
    return this.store.read(() => inboxOf(writer));
  }

  changeMark(): Promise<number> {
    return this.store.changeMark();
  }

  async pauses(after: Date): Promise<readonly Pause[]> {
    return (await this.store.read(() => pausesAfter.rows({ after: after.getTime() }))).map(toPause);
  }

  async audit({ before, limit }: AuditQuery): Promise<readonly AuditEntry[]> {
    const rows = await this.store.read(() =>
      rowsOf((db) => {
        const entries = db.selectFrom('audit').selectAll().orderBy('position', 'desc').limit(limit);
        return before === undefined ? entries : entries.where('position', '<', before);
      }),
    );
    return rows.map(({ position, at, actor, address, action, target, reason, before, after }) => ({
      position,
      at: new Date(at),
      actor: JSON.parse(actor) as Actor,
      address,
      action: action as AuditEntry['action'],
      target,
      reason,
      before: toValue(before),
      after: toValue(after),
    }));
  }
}

function* perform(writer: LedgerWriter, request: CommandRequest, now: number): Transaction<CommandAnswer> {
  const before = yield* earlierAnswer(request, now);
  if (before) return before;
  const performed = yield* new CommandPerformer(writer, request, now).perform();
  yield* enterAudit(request, performed, now);
  const { run = null, pause = null, items = [] } = performed;
  const answer = { run, pause, items };
  yield* rememberAnswer(request, answer, now);
  return answer;
}

function* enterAudit(
  { command, actor, address, reason }: CommandRequest,
  { target, before, after }: Performed,
  at: number,
): Transaction<void> {
  const entry = {
    ...{ at, actor: JSON.stringify(actor), address, action: command.action, target },
    reason: reason && plainText(reason),
    before: JSON.stringify(before),
    after: JSON.stringify(after),
  };
  yield* changesOf((db) => db.insertInto('audit').values(entry));
}

function* earlierAnswer(request: CommandRequest, now: number): Transaction<CommandAnswer | null> {
  const { idempotencyKey: key, actor } = request;
  if (key === null) return null;
  yield* changesOf((db) => db.deleteFrom('idempotency_keys').where('at', '<=', now - KEY_HOLDS_MS));
  const row = yield* firstOf((db) =>
    db.selectFrom('idempotency_keys').selectAll().where('actor', '=', actor.name).where('key', '=', key),
  );
  if (!row) return null;
  if (row.command !== JSON.stringify(request.command)) throw new IdempotencyKeyReusedError(key);
  return yield* revived(JSON.parse(row.answer) as CommandAnswer);
}

function* rememberAnswer(
  { idempotencyKey: key, actor, command }: CommandRequest,
  answer: CommandAnswer,
  at: number,
): Transaction<void> {
  if (key === null) return;
  const row = { actor: actor.name, key, at, command: JSON.stringify(command), answer: JSON.stringify(answer) };
  yield* changesOf((db) => db.insertInto('idempotency_keys').values(row));
}

/** What was kept as JSON, with the run as it is now. */
function* revived({ run, pause, items }: CommandAnswer): Transaction<CommandAnswer> {
  const row = run && (yield* selectRun.first({ id: run.id }));
  const dates = pause && { since: new Date(pause.since), ends: pause.ends && new Date(pause.ends) };
  return { run: row ? toRun(row) : null, pause: pause && { ...pause, ...dates }, items };
}

function* inboxOf({ processId, role }: LedgerWriter): Transaction<CommandInbox> {
  const asked = yield* rowsOf((db) =>
    db
      .selectFrom('runs')
      .select(['id', 'cancel_request'])
      .where(isActive)
      .where('owner', '=', processId)
      .where('cancel_request', 'is not', null),
  );
  const cancellations = asked.map(({ id, cancel_request }) => {
    return { runId: id, reason: (JSON.parse(cancel_request!) as { reason: string }).reason };
  });
  if (role !== 'service') return { cancellations, queuedTasks: [] };
  const queued = yield* rowsOf((db) => db.selectFrom('runs').select('task').distinct().where(isQueued));
  return { cancellations, queuedTasks: queued.map(({ task }) => task) };
}
