import type { RunningService } from '../ledger/service-ledger.js';

/** Whose tasks and runs are shown. */
export function serviceLine(service: RunningService | null): string {
  if (!service) return 'no service is running';
  const { announcement, pid, host } = service;
  return announcement ? `service: running on ${announcement.url}` : `service: starting (process ${pid} on ${host})`;
}
