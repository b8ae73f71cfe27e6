import type { Run } from '../../runs/run.js';
import type { Submission } from '../../worker/task-engine.js';
import { type Application, requireTask } from '../application.js';
import { type ExitCode, exitCodeOfRun } from '../exit-code.js';
import { relativeTime } from '../format/time.js';
import { type InterruptingSignal, onInterruption } from '../../process/interruption.js';
import { LiveProgress } from '../live-progress.js';
import { LoggerBesideProgress } from '../logger-beside-progress.js';
import { runDetails } from '../run-details.js';
import { runJson } from '../run-json.js';
import type { Terminal } from '../terminal.js';

export interface RunOptions {
  readonly json?: boolean;
}

/**
 * One run in this process. A first SIGINT or SIGTERM cancels it, which may take `SHUTDOWN_TIMEOUT`; a second one ends
 * the process.
 */
export async function run(
  application: Application,
  terminal: Terminal,
  name: string,
  { json }: RunOptions,
): Promise<ExitCode> {
  requireTask(application, name);
  const ended = await perform(application, terminal, name);
  const now = application.clock.now();
  if (json) terminal.printJson(runJson(ended));
  else terminal.print(runDetails(ended, { now, colors: terminal.colors, width: terminal.width }));
  if (ended.reason === 'overlap') terminal.say(await overlapMessage(application, name));
  if (ended.status === 'interrupted') terminal.say(leftOpenMessage(ended));
  if (ended.items?.failed && !json) terminal.say(`\`worker show ${ended.id}\` names the failed items.`);
  return exitCodeOfRun(ended);
}

async function perform(application: Application, terminal: Terminal, name: string): Promise<Run> {
  const { ledger, engine, settings } = application;
  const interrupted = Promise.withResolvers<InterruptingSignal>();
  const release = onInterruption(interrupted.resolve);
  const progress = showProgress(application, terminal, name);
  try {
    await ledger.open('command');
    await engine.start();
    const { run, finished } = await submit(engine, name);
    if (run.attempt > 1) progress.aside(() => terminal.say(`Resuming run ${run.id}, which its process had left.`));
    void interrupted.promise.then((signal) => {
      progress.aside(() => terminal.say(`${signal}: cancelling the run; a second signal ends the process at once.`));
      engine.cancel(run.id, signal);
      // A ledger that does not record the end must not hold it up for ever.
      void engine.drain(settings.shutdownTimeout);
    });
    return await finished;
  } finally {
    await engine.drain(0);
    progress.end();
    release();
  }
}

function showProgress({ events, logger, useLogger }: Application, terminal: Terminal, name: string): LiveProgress {
  const progress = new LiveProgress(name, terminal);
  useLogger(new LoggerBesideProgress(logger, progress));
  events.on('run.progressed', ({ task, items }) => {
    if (task === name) progress.update(items);
  });
  return progress;
}

async function submit(engine: Application['engine'], task: string): Promise<Submission> {
  const [submission] = await engine.submit([{ task, trigger: 'manual', slot: null, at: null, overlap: 'skip' }]);
  if (!submission) throw new Error(`The ledger does not record a run of ${task}; the log says why`);
  return submission;
}

function leftOpenMessage({ id }: Run): string {
  return `Run ${id} is left open: the ledger does not record its end, the log says why. Mend that; the next start resumes it.`;
}

async function overlapMessage({ history, clock }: Application, task: string): Promise<string> {
  const [active] = await history.list({ task, statuses: ['running', 'interrupted'], limit: 1 });
  if (!active) return `${task} was active, and has ended by now: run it again.`;
  const since = relativeTime(active.startedAt ?? active.queuedAt, clock.now());
  return `${task} is active: run ${active.id} started ${since}. A task never runs twice at once.`;
}
