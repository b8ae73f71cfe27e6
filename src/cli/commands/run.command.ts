import { isDeepStrictEqual } from 'node:util';
import type { Run } from '../../runs/run.js';
import { type ExitCode, exitCodeOfRun } from '../../process/exit-code.js';
import { onInterruption, type StopSignal } from '../../process/stop-signals.js';
import { cliActor } from '../actor.js';
import type { WorkerApplication } from '../application.js';
import { relativeTime } from '../format/time.js';
import { LiveProgress } from '../live-progress.js';
import { loggerBesideProgress } from '../logger-beside-progress.js';
import { heldChangesTable, runDetails } from '../run-details.js';
import type { ManualRequest } from '../../ops/manual-runs.js';
import { runJson } from '../../ops/run-json.js';
import type { ActorOptions, JsonOption } from '../options.js';
import type { Terminal } from '../terminal.js';

export interface RunOptions extends ActorOptions, JsonOption {
  readonly detach?: boolean;
  readonly param?: ReadonlyMap<string, string>;
  readonly dryRun?: boolean;
}

/**
 * One run in this process. A first signal cancels it, which may take `SHUTDOWN_TIMEOUT`; a second
 * one, a second later, ends the process.
 */
export async function run(
  application: WorkerApplication,
  terminal: Terminal,
  name: string,
  { json, as, param = new Map<string, string>(), dryRun = false }: RunOptions,
): Promise<ExitCode> {
  application.tasks.get(name);
  const request = { actor: cliActor(as), params: await application.paramsOf(name, param), dryRun };
  const ended = await perform(application, terminal, name, request);
  if (json) terminal.printJson(runJson(ended));
  else terminal.print(runDetails(ended, terminal.layout(application.clock.now())));
  if (ended.dryRun && ended.result && !json) {
    terminal.print(`\n${heldChangesTable(ended, terminal.layout(application.clock.now()))}`);
  }
  if (ended.reason === 'overlap') terminal.say(await overlapMessage(application, name));
  if (ended.status === 'interrupted') terminal.say(leftOpenMessage(ended));
  if (ended.items?.failed && !json) terminal.say(`\`worker show ${ended.id}\` names the failed items.`);
  return exitCodeOfRun(ended);
}

async function perform(
  application: WorkerApplication,
  terminal: Terminal,
  name: string,
  request: ManualRequest,
): Promise<Run> {
  const { manualRuns } = application;
  const interrupted = Promise.withResolvers<StopSignal>();
  const release = onInterruption(interrupted.resolve);
  const progress = new LiveProgress(name, terminal, application.knowsTotal(name));
  application.wrapLogger((logger) => loggerBesideProgress(logger, progress));
  try {
    await application.open('command');
    const say = (text: string) => progress.aside(() => terminal.say(text));
    const start = () => manualRuns.start(name, request, (items) => progress.update(items));
    let current = await start();
    let isCancelled = false;
    void interrupted.promise.then((signal) => {
      isCancelled = true;
      say(`${signal}: cancelling the run; a second signal, a second later, ends the process at once.`);
      manualRuns.cancel(current.run.id, signal);
    });
    if (current.run.attempt > 1) {
      const { id, params = null } = current.run;
      say(`Resuming run ${id}, which its process had left.`);
      const resumed = await current.finished;
      if (isCancelled || isDeepStrictEqual(params, request.params)) return resumed;
      say(`Run ${id} is ${resumed.status}. Now the run with the parameters that were asked for:`);
      current = await start();
    }
    return await current.finished;
  } finally {
    await manualRuns.end();
    progress.end();
    release();
  }
}

function leftOpenMessage({ id }: Run): string {
  return `Run ${id} is left open: the ledger does not record its end, the log says why. Mend that; the next start resumes it.`;
}

async function overlapMessage({ runs, clock }: WorkerApplication, task: string): Promise<string> {
  const active = await runs.active(task);
  if (!active) return `${task} was active, and has ended by now: run it again.`;
  const since = relativeTime(active.startedAt ?? active.queuedAt, clock.now());
  return `${task} is active: run ${active.id} started ${since}. A task never runs twice at once.`;
}
