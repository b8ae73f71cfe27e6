import type { NewestService } from '../ledger/service-ledger.js';

/** Whose tasks and runs are shown. */
export function serviceLine(service: NewestService | null): string {
  if (!service) return 'no service is running';
  const { announcement, pid, host, replicas } = service;
  if (announcement && replicas > 1) return `service: ${replicas} replicas, the newest on ${announcement.url}`;
  return announcement ? `service: running on ${announcement.url}` : `service: starting (process ${pid} on ${host})`;
}
