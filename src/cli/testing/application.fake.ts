import { loadSettings } from '../../config/load-settings.js';
import type { ConfigurationWarning } from '../../config/settings.js';
import type { CommandAnswer, CommandLedger, CommandRequest } from '../../ledger/command-ledger.js';
import type { Pause } from '../../ledger/pause.js';
import type { ItemLedger, ItemRecord } from '../../ledger/item-ledger.js';
import type { LedgerArchive } from '../../ledger/ledger-archive.js';
import type { LedgerRole } from '../../ledger/ledger-connection.js';
import type { NewestService } from '../../ledger/service-ledger.js';
import type { RegisteredTask } from '../../worker/registry/registered-task.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { type HistoryQuery, RunAmbiguousError, type RunHistory, type TaskOverview } from '../../ledger/run-history.js';
import type { ItemFailure, RunClaim } from '../../ledger/run-ledger.js';
import type { RecordedLine, RunLogLedger, RunLogQuery } from '../../ledger/run-log-ledger.js';
import type { Run } from '../../runs/run.js';
import type { Schedule } from '../../worker/schedules/schedule.js';
import { ManualRuns } from '../../ops/manual-runs.js';
import type { Explanation } from '../../ops/why/explanation.js';
import type { WhyQueries } from '../../ops/why/why.queries.js';
import { RunLogQueries } from '../../ops/run-log.queries.js';
import { OperatorCommands } from '../../ops/operator-commands.js';
import { RunQueries } from '../../ops/run.queries.js';
import { TaskQueries } from '../../ops/task.queries.js';
import type { Clock } from '../../time/clock.js';
import type { CommandWatch } from '../../worker/command-watch.js';
import { paramsFromTexts } from '../../worker/registry/run-params.js';
import type { Submission, TaskEngine } from '../../worker/task-engine.js';
import { aRun, silentLogger } from '../../worker/testing/task-context.fake.js';
import type { WorkerApplication } from '../application.js';
import type { Act, Perform } from '../perform.js';

export const NOW = new Date('2026-11-23T12:00:00.000Z');

export const HOURLY: Schedule = {
  text: 'every 1h',
  timezone: 'UTC',
  description: 'every hour',
  next: (after) => (Math.floor(after / 3_600_000) + 1) * 3_600_000,
  between: () => ({ slots: [], omitted: 0 }),
};

export function aTask(name: string, schedule: Schedule | null = HOURLY): RegisteredTask {
  const task = { name, manualOnly: schedule === null } as RegisteredTask['task'];
  return {
    ...{ task, name, schedule, manualOnly: schedule === null, timeout: 1, overlap: 'skip', catchUp: 'latest' },
    ...{ delay: 0, concurrency: Infinity, ownSettings: [] },
  };
}

/** What the parts of the application answer, and what was asked of them. */
export class FakeApplication {
  readonly events = new WorkerEvents();
  readonly opened: LedgerRole[] = [];
  readonly queries: HistoryQuery[] = [];
  readonly claims: RunClaim[] = [];
  readonly cancelled: string[] = [];
  drained = false;
  totalKnown = true;
  service: NewestService | null = null;
  openError: Error | undefined;
  tasks: RegisteredTask[] = [aTask('cleanup_old_orders'), aTask('send_reminders')];
  runs: Run[] = [];
  failures: ItemFailure[] = [];
  trouble: ReadonlyMap<string, ItemRecord> = new Map();
  overviews: ReadonlyMap<string, TaskOverview> = new Map();
  pauses: Pause[] = [];
  readonly requests: CommandRequest[] = [];
  explain: (task: string, at: Date | null) => Explanation = (task, at) => {
    return { task, at: at ?? NOW, slot: null, verdict: 'off', sentence: `${task} was off.`, evidence: [] };
  };
  readLog: (query: RunLogQuery) => readonly RecordedLine[] = () => [];
  /** What a command comes to. */
  answer: (request: CommandRequest) => CommandAnswer = () => ({ run: aRun(), pause: null, items: [] });
  /** What a submission comes to. */
  submit: () => Submission = () => ({ run: aRun(), finished: Promise.resolve(aRun({ status: 'succeeded' })) });
  drain: (timeout: number) => Promise<void> = async () => void (this.drained = true);
  load: () => readonly ConfigurationWarning[] = () => [];

  asApplication(): WorkerApplication {
    const settings = loadSettings({ DATA_API_URL: 'http://127.0.0.1:9', DATA_API_TOKEN: 's3cret' });
    const clock: Clock = { now: () => NOW };
    const catalogue = {
      all: () => this.tasks,
      find: (name: string) => this.tasks.find((task) => task.name === name),
      nearest: () => this.tasks[0]?.name,
    };
    const engine = {
      start: async () => {},
      submit: async (claims: RunClaim[]) => {
        this.claims.push(...claims);
        return [this.submit()];
      },
      cancel: (_runId: string, reason: string) => this.cancelled.push(reason) > 0,
      drain: async (timeout: number) => this.drain(timeout),
    };
    const history = {
      list: async (query: HistoryQuery) => {
        this.queries.push(query);
        return this.runs;
      },
      find: async (id: string) => this.findRun(id),
      failedItems: async () => this.failures,
      overview: async () => this.overviews,
    } as unknown as RunHistory;
    const commands = {
      perform: async (request: CommandRequest) => {
        this.requests.push(request);
        return this.answer(request);
      },
      pauses: async () => this.pauses,
    } as unknown as CommandLedger;
    const tasks = new TaskQueries(catalogue, history, commands, clock);
    const runs = new RunQueries(tasks, history, { troubled: async () => this.trouble } as unknown as ItemLedger);
    const watch = { start: () => {}, stop: () => {}, wake: async () => {} } as unknown as CommandWatch;
    return {
      settings,
      clock,
      tasks,
      runs,
      manualRuns: new ManualRuns(engine as unknown as TaskEngine, watch, this.events, settings),
      why: { explain: async (task: string, at: Date | null) => this.explain(task, at) } as unknown as WhyQueries,
      archive: {} as LedgerArchive,
      queue: null,
      runLogs: new RunLogQueries(runs, { read: async (query: RunLogQuery) => this.readLog(query) } as RunLogLedger),
      commands: new OperatorCommands(tasks, runs, commands, clock, watch),
      knowsTotal: () => this.totalKnown,
      check: async () => this.load(),
      open: async (role) => {
        this.load();
        if (this.openError) throw this.openError;
        this.opened.push(role);
        return this.service;
      },
      look: async () => this.service,
      paramsOf: async (name, texts) => paramsFromTexts(this.tasks.find((task) => task.name === name)!.task, texts),
      wrapLogger: (wrap) => void wrap(silentLogger),
      clockOffsetMs: async () => null,
      close: async () => {},
    };
  }

  /** Performs commands on this application, and reports their exit codes. */
  performing(report: (exitCode: number) => void): Perform {
    const perform = async (act: Act<WorkerApplication>) => report(await act(this.asApplication()));
    return { withLedger: perform, withWorker: (_detail, act) => perform(act) };
  }

  private findRun(id: string): Run | null {
    const [run, another] = this.runs.filter((candidate) => candidate.id.startsWith(id));
    if (another) throw new RunAmbiguousError(id);
    return run ?? null;
  }
}
