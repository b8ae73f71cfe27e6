import { Injectable } from '@nestjs/common';
import { CommandLedger } from '../ledger/command-ledger.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { TaskEngine } from './task-engine.js';

const LOOK_EVERY_MS = 500;

/**
 * Carries out what operators have put into the ledger for this process, here or elsewhere: starts
 * what they queued, ends what they cancelled. It looks twice a second whether another process has
 * written, which costs a few microseconds, and reads only then.
 */
@Injectable()
export class CommandWatch {
  private timer: NodeJS.Timeout | undefined;
  private mark: number | undefined;
  private looking: Promise<void> | undefined;
  private failed = false;

  constructor(
    private readonly commands: CommandLedger,
    private readonly engine: TaskEngine,
    private readonly events: WorkerEvents,
  ) {}

  /** Looks at once, too: a command may have come while no service was there. */
  start(): void {
    this.timer ??= setInterval(() => void this.look(), LOOK_EVERY_MS).unref();
    void this.look();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Call it when this process has recorded a command. Nothing happens before `start`. */
  async wake(): Promise<void> {
    if (!this.timer) return;
    await this.looking;
    this.mark = undefined;
    await this.look();
  }

  private look(): Promise<void> {
    this.looking ??= this.heed().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  /** Never rejects: what could not be done is tried again at the next look. */
  private async heed(): Promise<void> {
    try {
      const mark = await this.commands.changeMark();
      if (mark === this.mark) return;
      const { cancellations, queuedTasks } = await this.commands.inbox();
      for (const { runId, reason } of cancellations) this.engine.cancel(runId, reason);
      await this.engine.startQueued(queuedTasks);
      this.mark = mark;
      this.failed = false;
    } catch (error) {
      // A stop closes the ledger under a look that has begun.
      if (this.timer && !this.failed) this.events.emit('commands.blocked', { error });
      this.failed = true;
    }
  }
}
