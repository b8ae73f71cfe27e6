import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What the kernel knows of a process. Linux only (proc(5)). */
export interface ProcessStatus {
  /** Resident memory now, and at its highest, in bytes. */
  readonly rss: number;
  readonly peakRss: number;
  readonly descriptors: number;
  readonly sockets: number;
}

/** Undefined when there is no such process any more. */
export function processStatus(pid: number): ProcessStatus | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const descriptors = readdirSync(`/proc/${pid}/fd`);
    return {
      rss: kilobytes(status, 'VmRSS') * 1024,
      peakRss: kilobytes(status, 'VmHWM') * 1024,
      descriptors: descriptors.length,
      sockets: descriptors.filter((descriptor) => isSocket(pid, descriptor)).length,
    };
  } catch {
    return undefined;
  }
}

function kilobytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
}

function isSocket(pid: number, descriptor: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/fd/${descriptor}`).startsWith('socket:');
  } catch {
    return false;
  }
}
