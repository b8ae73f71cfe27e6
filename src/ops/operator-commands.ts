import { Injectable, Optional } from '@nestjs/common';
import { CommandLedger, type Command, type CommandAnswer } from '../ledger/command-ledger.js';
import type { Pause } from '../ledger/pause.js';
import type { Actor } from '../runs/actor.js';
import { WorkerError } from '../runs/errors.js';
import type { Run, RunParams } from '../runs/run.js';
import { Clock } from '../time/clock.js';
import { CommandWatch } from '../worker/command-watch.js';
import { pauseJson } from './pause-json.js';
import { runJson } from './run-json.js';
import { RunQueries } from './run.queries.js';
import { TaskQueries } from './task.queries.js';

/** Who asks, and how. */
export interface CommandOrigin {
  readonly actor: Actor;
  /** Of the client; absent on the command line. */
  readonly address?: string;
  readonly reason?: string | undefined;
  /** Repeated within a day, the command changes nothing and is answered as before. */
  readonly idempotencyKey?: string | undefined;
}

/** What a run by hand is given. */
interface RunAsked {
  readonly params?: RunParams | null;
  readonly dryRun?: boolean;
}

/** A queued run, and the items it is limited to; empty: the task as a whole. */
export interface Retry {
  readonly run: Run;
  readonly items: readonly string[];
}

/** Which failed items to retry; absent: all. */
export interface RetrySelection {
  readonly items?: readonly string[] | undefined;
  /** A part of the error's name, code or message. */
  readonly error?: string | undefined;
}

/** The time at which a pause should end has passed. */
class PauseEndPassedError extends WorkerError {
  override readonly name = 'PauseEndPassedError';

  constructor(until: Date) {
    super(`A pause cannot end at ${until.toISOString()}, which has passed: name a later time`, 'PAUSE_END_PASSED');
  }
}

/**
 * What people may ask of the worker, the same for CLI, API and console. The ledger has to be open
 * for writing. Everything rejects with the errors of `CommandLedger.perform`; unknown names with a
 * `TaskUnknownError`, a `RunUnknownError` or a `RunAmbiguousError`.
 */
@Injectable()
export class OperatorCommands {
  constructor(
    private readonly tasks: TaskQueries,
    private readonly runs: RunQueries,
    private readonly ledger: CommandLedger,
    private readonly clock: Clock,
    /** Absent in a process that executes no run. */
    @Optional() private readonly watch?: CommandWatch,
  ) {}

  /** `task` null: all. `until` null: until it is resumed. */
  async pause(task: string | null, until: Date | null, origin: CommandOrigin): Promise<Pause> {
    if (task !== null) this.tasks.get(task);
    if (until !== null && until <= this.clock.now()) throw new PauseEndPassedError(until);
    const { pause } = await this.perform({ action: 'pause', task, until }, origin);
    return pauseJson(pause!);
  }

  /** Answers the pause that has ended. */
  async resume(task: string | null, origin: CommandOrigin): Promise<Pause> {
    if (task !== null) this.tasks.get(task);
    const { pause } = await this.perform({ action: 'resume', task }, origin);
    return pauseJson(pause!);
  }

  /** Queues a run for the service. `asked`: checked, as its task takes it. */
  async run(task: string, asked: RunAsked, origin: CommandOrigin): Promise<Run> {
    this.tasks.get(task);
    const { run } = await this.perform({ action: 'run', task, ...asked }, origin);
    return runJson(run!);
  }

  /** By the beginning of its id. Answers the run as it stands: it ends within a second. */
  async cancel(id: string, origin: CommandOrigin): Promise<Run> {
    const { id: run } = await this.runs.get(id);
    const answer = await this.perform({ action: 'cancel', run }, origin);
    return runJson(answer.run!);
  }

  /** By the beginning of its id. */
  async retry(id: string, { items, error }: RetrySelection, origin: CommandOrigin): Promise<Retry> {
    const { id: run, task } = await this.runs.get(id);
    this.tasks.get(task);
    const command = { action: 'retry', run, items: items ?? null, error: error ?? null } as const;
    const answer = await this.perform(command, origin);
    return { run: runJson(answer.run!), items: answer.items };
  }

  /** Answers those whose quarantine has ended. */
  async release(task: string, items: readonly string[], origin: CommandOrigin): Promise<readonly string[]> {
    return (await this.perform({ action: 'release', task, items }, origin)).items;
  }

  private async perform(command: Command, origin: CommandOrigin): Promise<CommandAnswer> {
    const { actor, address = null, reason = null, idempotencyKey = null } = origin;
    const answer = await this.ledger.perform({ command, actor, address, reason, idempotencyKey });
    await this.watch?.wake();
    return answer;
  }
}
