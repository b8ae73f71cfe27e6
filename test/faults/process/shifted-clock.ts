import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkerProcess } from '../worker-process.ts';

/** The wall clock of a process: it can be set, before the start and later, and sped up. */
export class ShiftedClock {
  private readonly file: string;
  private readonly speed: number;
  private real = Date.now();
  private shown: number;

  /** `speed`: 60 lets an hour pass in a minute, timers included. */
  constructor(folder: string, { at, speed = 1 }: { readonly at: Date; readonly speed?: number }) {
    this.file = join(folder, 'clock.json');
    this.speed = speed;
    this.shown = at.getTime();
    this.write();
  }

  /** Add these to the environment of the process. */
  get environment(): Record<string, string> {
    const preload = fileURLToPath(new URL('clock-shift.mjs', import.meta.url));
    return { NODE_OPTIONS: `--import=${preload}`, CLOCK_SHIFT_FILE: this.file };
  }

  /** What it shows now. */
  get now(): Date {
    return new Date(this.shown + (Date.now() - this.real) * this.speed);
  }

  /** Sets the clock. With a running process, resolves when it has taken notice. */
  async set(instant: Date, process?: WorkerProcess): Promise<void> {
    this.real = Date.now();
    this.shown = instant.getTime();
    this.write();
    if (!process) return;
    const shifted = process.log.next('Clock shifted');
    process.kill('SIGUSR2');
    await shifted;
  }

  private write(): void {
    const { real, shown, speed } = this;
    writeFileSync(this.file, JSON.stringify({ real, shown, speed }));
  }
}
