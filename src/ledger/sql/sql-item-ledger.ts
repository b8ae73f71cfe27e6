import { Injectable } from '@nestjs/common';
import { Clock } from '../../time/clock.js';
import { ItemLedger, type ItemRecord } from '../item-ledger.js';
import { ItemMemory } from './item-memory.js';
import type { ItemsTable } from './ledger.schema.js';
import { itemIdOf } from './recorded-text.js';
import { toDate } from './run-queries.js';
import { SqlStore } from './sql-store.js';
import { rowsOf } from './transaction.js';

@Injectable()
export class SqlItemLedger extends ItemLedger {
  constructor(
    private readonly store: SqlStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  async troubled(task: string): Promise<ReadonlyMap<string, ItemRecord>> {
    const rows = await this.store.read(() =>
      rowsOf((db) => db.selectFrom('items').selectAll().where('task', '=', task)),
    );
    return new Map(rows.map(toItemRecord).map((record) => [record.id, record]));
  }

  async recordCrash(task: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const memory = new ItemMemory(task, this.clock.now().getTime());
    await this.store.write(() => memory.recordCrashes(ids));
  }
}

function toItemRecord(row: ItemsTable): ItemRecord {
  return {
    id: itemIdOf(row.item_id),
    failedRuns: row.failed_runs,
    crashes: row.crashes,
    firstFailedAt: new Date(row.first_failed_at),
    lastFailedAt: new Date(row.last_failed_at),
    lastError: row.last_error,
    quarantinedUntil: toDate(row.quarantined_until),
  };
}
