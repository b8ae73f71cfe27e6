import { Injectable } from '@nestjs/common';
import { type Selectable, sql } from 'kysely';
import { MINUTE } from '../../time/duration.js';
import { AlertLedger, type AlertRecord, type StoredAlert, type Untold } from '../alert-ledger.js';
import type { AlertsTable } from './ledger.schema.js';
import { toDate } from './run-queries.js';
import { SqlStore } from './sql-store.js';
import { changesOf, firstOf, rowsOf, type Transaction } from './transaction.js';

const TAKEN_FOR_MS = MINUTE;

type AlertRow = Selectable<AlertsTable>;

@Injectable()
export class SqlAlertLedger extends AlertLedger {
  constructor(private readonly store: SqlStore) {
    super();
  }

  async active(): Promise<readonly StoredAlert[]> {
    const rows = await this.store.read(() =>
      rowsOf((db) => db.selectFrom('alerts').selectAll().where('ended_at', 'is', null).orderBy('id')),
    );
    return rows.map((row) => toAlert(row, row.details));
  }

  async begin({ rule, subject, beganAt, details }: AlertRecord): Promise<void> {
    const began_at = beganAt.getTime();
    const row = { rule, subject, began_at, details: JSON.stringify(details), begin_told: 0 };
    await this.store.write(() =>
      changesOf((db) =>
        db
          .insertInto('alerts')
          .values(row)
          .onConflict((conflict) => conflict.doNothing()),
      ),
    );
  }

  async end(id: number, endedAt: Date, details: unknown): Promise<void> {
    const ended = { ended_at: endedAt.getTime(), end_details: JSON.stringify(details) };
    await this.store.write(() =>
      changesOf((db) => db.updateTable('alerts').set(ended).where('id', '=', id).where('ended_at', 'is', null)),
    );
  }

  async takeUntold(now: Date): Promise<Untold | null> {
    const at = now.getTime();
    if (!(await this.store.read(() => oldestUntold(at)))) return null;
    const row = await this.store.write(() => take(at));
    if (!row) return null;
    const news = row.begin_told === 0 ? 'begin' : 'end';
    return { alert: toAlert(row, (news === 'end' && row.end_details) || row.details), news };
  }

  async told({ alert: { id }, news }: Untold): Promise<void> {
    await this.store.write(() =>
      changesOf((db) =>
        news === 'end'
          ? db.deleteFrom('alerts').where('id', '=', id)
          : db.updateTable('alerts').set({ begin_told: 1, taken_at: null }).where('id', '=', id),
      ),
    );
  }
}

function oldestUntold(now: number): Transaction<AlertRow | undefined> {
  return firstOf((db) =>
    db
      .selectFrom('alerts')
      .selectAll()
      .where((alert) => alert.or([alert('begin_told', '=', 0), alert('ended_at', 'is not', null)]))
      .where(isFree(now))
      .orderBy('id')
      .limit(1),
  );
}

/** Undefined, too, when another process was faster: the update sees what that one has committed. */
function* take(now: number): Transaction<AlertRow | undefined> {
  const row = yield* oldestUntold(now);
  if (!row) return undefined;
  return yield* firstOf((db) =>
    db.updateTable('alerts').set({ taken_at: now }).where('id', '=', row.id).where(isFree(now)).returningAll(),
  );
}

/** It is not being told. */
function isFree(now: number) {
  return sql<boolean>`coalesce(taken_at, 0) <= ${now - TAKEN_FOR_MS}`;
}

function toAlert({ id, rule, subject, began_at, ended_at }: AlertRow, details: string): StoredAlert {
  return {
    id,
    rule,
    subject,
    beganAt: new Date(began_at),
    endedAt: toDate(ended_at),
    details: JSON.parse(details) as unknown,
  };
}
