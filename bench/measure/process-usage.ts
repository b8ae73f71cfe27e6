import { readdirSync, readFileSync } from 'node:fs';

const NANOSECONDS_PER_MS = 1e6;

/** Milliseconds of CPU that the threads of a running process have used. Linux only (proc(5)). */
export function cpuTime(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const times = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return times.reduce((sum, time) => sum + time, 0) / NANOSECONDS_PER_MS;
}

/** The CPU time of this process since then, all threads. */
export class CpuMeter {
  private readonly before = process.cpuUsage();

  get milliseconds(): number {
    const { user, system } = process.cpuUsage(this.before);
    return (user + system) / 1_000;
  }
}

/** Milliseconds of CPU of this process, all threads, from each mark to the next. */
export class CpuLaps {
  readonly laps: number[] = [];
  private meter: CpuMeter | undefined;

  mark(): void {
    if (this.meter) this.laps.push(this.meter.milliseconds);
    this.meter = new CpuMeter();
  }
}

export interface ResidentMemory {
  /** In MB of 2^20 bytes. */
  readonly now: number;
  readonly peak: number;
}

/** Linux only (proc(5)). */
export function residentMemory(pid: number): ResidentMemory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}
