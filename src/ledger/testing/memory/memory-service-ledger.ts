import {
  type LedgerWorker,
  type RunningService,
  type ServiceAnnouncement,
  ServiceLedger,
} from '../../service-ledger.js';
import type { MemoryProcess } from './memory-process.js';

export class MemoryServiceLedger extends ServiceLedger {
  constructor(private readonly process: MemoryProcess) {
    super();
  }

  async announce(announcement: ServiceAnnouncement): Promise<void> {
    const { records, id } = this.process.requireOpen();
    const service = records.services.get(id);
    if (service) records.services.set(id, { ...service, announcement });
  }

  async all(): Promise<readonly RunningService[]> {
    const { records } = this.process.requireOpen();
    const living = [...records.services].filter(([id]) => records.living.has(id));
    return living.map(([, service]) => service).reverse();
  }

  async workers(): Promise<readonly LedgerWorker[]> {
    const { records } = this.process.requireOpen();
    return [...records.living].map(([id, role]) => {
      const {
        pid = process.pid,
        host = id,
        startedAt = this.process.now(),
        announcement,
      } = records.services.get(id) ?? {};
      return { pid, host, role, startedAt, url: announcement?.url ?? null };
    });
  }
}
