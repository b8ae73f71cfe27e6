import type { Run } from '../../worker/run.js';
import type { Submission } from '../../worker/task-engine.js';
import { type Application, requireTask } from '../application.js';
import { type ExitCode, exitCodeOfRun } from '../exit-code.js';
import { relativeTime } from '../format/time.js';
import { type InterruptingSignal, onInterruption } from '../interruption.js';
import { LiveProgress } from '../live-progress.js';
import { LoggerBesideProgress } from '../logger-beside-progress.js';
import { runDetails } from '../run-details.js';
import { runJson } from '../run-json.js';
import type { Terminal } from '../terminal.js';

export interface RunOptions {
  readonly json?: boolean;
}

/** One run in this process. A first SIGINT or SIGTERM cancels it, a second one ends the process. */
export async function run(
  application: Application,
  terminal: Terminal,
  name: string,
  { json }: RunOptions,
): Promise<ExitCode> {
  requireTask(application, name);
  const ended = await perform(application, terminal, name);
  if (json) terminal.printJson(runJson(ended));
  else
    terminal.print(runDetails(ended, { now: application.clock.now(), colors: terminal.colors, width: terminal.width }));
  if (ended.reason === 'overlap') terminal.say(await overlapMessage(application, name));
  return exitCodeOfRun(ended);
}

async function perform(
  { ledger, engine, ...application }: Application,
  terminal: Terminal,
  name: string,
): Promise<Run> {
  const interrupted = Promise.withResolvers<InterruptingSignal>();
  const release = onInterruption(interrupted.resolve);
  try {
    await ledger.open('command');
    await engine.start();
    const submission = await submit(engine, name);
    void interrupted.promise.then((signal) => {
      terminal.say(`\n${signal}: cancelling; once more ends at once`);
      engine.cancel(submission.run.id, signal);
    });
    return await watch(application, terminal, submission);
  } finally {
    await engine.drain(0);
    release();
  }
}

async function submit(engine: Application['engine'], task: string): Promise<Submission> {
  const [submission] = await engine.submit([{ task, trigger: 'manual', slot: null, at: null, overlap: 'skip' }]);
  if (!submission) throw new TypeError('A manual run has no slot and is always recorded');
  return submission;
}

async function watch(
  { events, logger, useLogger }: Pick<Application, 'events' | 'logger' | 'useLogger'>,
  terminal: Terminal,
  { run, finished }: Submission,
): Promise<Run> {
  const progress = new LiveProgress(run.task, terminal);
  const unsubscribe = events.onProgress(({ runId, items }) => {
    if (runId === run.id) progress.update(items);
  });
  useLogger(new LoggerBesideProgress(logger, progress));
  try {
    return await finished;
  } finally {
    unsubscribe();
    progress.end();
    useLogger(logger);
  }
}

async function overlapMessage({ history, clock }: Application, task: string): Promise<string> {
  const [active] = await history.list({ task, statuses: ['running', 'interrupted'], limit: 1 });
  if (!active) return `${task} was active. It has ended by now: run it again.`;
  const since = relativeTime(active.startedAt ?? active.queuedAt, clock.now());
  return `${task} is active already: run ${active.id}, started ${since}. A task never runs twice at once.`;
}
