import { randomUUID } from 'node:crypto';
import { LedgerUnavailableError } from '../../../runs/errors.js';
import type { Clock } from '../../../time/clock.js';
import type { WriterRole } from '../../sql/sql-store.js';
import type { MemoryRecords } from './memory-records.js';

/** One process that has a ledger in memory open. */
export class MemoryProcess {
  readonly id = randomUUID();
  private open = true;

  constructor(
    readonly records: MemoryRecords,
    readonly role: WriterRole,
    private readonly clock: Clock,
  ) {
    records.living.set(this.id, role);
    if (role !== 'service') return;
    records.services.set(this.id, { pid: process.pid, host: 'memory', startedAt: clock.now(), announcement: null });
  }

  now(): Date {
    return this.clock.now();
  }

  requireOpen(): this {
    if (this.open) return this;
    throw new LedgerUnavailableError('The ledger in memory is not open');
  }

  end(): void {
    this.open = false;
    this.records.living.delete(this.id);
  }
}
