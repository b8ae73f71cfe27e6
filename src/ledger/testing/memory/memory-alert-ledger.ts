import { MINUTE } from '../../../time/duration.js';
import { AlertLedger, type AlertRecord, type StoredAlert, type Untold } from '../../alert-ledger.js';
import type { MemoryProcess } from './memory-process.js';
import type { MemoryAlert } from './memory-records.js';

export class MemoryAlertLedger extends AlertLedger {
  constructor(private readonly process: MemoryProcess) {
    super();
  }

  async active(): Promise<readonly StoredAlert[]> {
    return this.begun();
  }

  async begin(record: AlertRecord): Promise<void> {
    const { rule, subject } = record;
    if (this.begun().some((alert) => alert.rule === rule && alert.subject === subject)) return;
    const id = this.process.requireOpen().records.alertCount++;
    this.alerts.push({ alert: { ...record, id, endedAt: null }, beginTold: false, takenAt: -Infinity });
  }

  async end(id: number, endedAt: Date, details: unknown): Promise<void> {
    const found = this.alerts.find(({ alert }) => alert.id === id && alert.endedAt === null);
    if (found) found.alert = { ...found.alert, endedAt, details };
  }

  async takeUntold(now: Date): Promise<Untold | null> {
    const found = this.alerts.find(
      ({ alert, beginTold, takenAt }) => (!beginTold || alert.endedAt !== null) && takenAt <= now.getTime() - MINUTE,
    );
    if (!found) return null;
    found.takenAt = now.getTime();
    return { alert: found.alert, news: found.beginTold ? 'end' : 'begin' };
  }

  async told({ alert: { id }, news }: Untold): Promise<void> {
    const index = this.alerts.findIndex(({ alert }) => alert.id === id);
    const found = this.alerts[index];
    if (!found) return;
    if (news === 'end') this.alerts.splice(index, 1);
    else Object.assign(found, { beginTold: true, takenAt: -Infinity });
  }

  private begun(): StoredAlert[] {
    return this.alerts.filter(({ alert }) => alert.endedAt === null).map(({ alert }) => alert);
  }

  private get alerts(): MemoryAlert[] {
    return this.process.requireOpen().records.alerts;
  }
}
