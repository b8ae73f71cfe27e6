import { PostgresServer } from '../test/postgres/postgres-server.ts';
import { atLeast, atMost, type Benchmark, type Comparison, type Laboratory } from './benchmark.ts';
import { BOTH_CORES } from './measure/cores.ts';
import { drain } from './measure/drain.ts';
import { type Idling, idling, middle } from './measure/idling.ts';
import { interleaved } from './measure/rounds.ts';
import { median } from './measure/statistics.ts';
import type { TickPlan, TickReport } from './measure/tick-recorder.ts';
import { postgresCommits } from './peers/peer-programs.ts';
import { count, megabytes, milliseconds, percent, perSecond, signedMegabytes } from './report/figures.ts';
import type { RunsReport } from './worker/many-runs.ts';
import { workerDrain, workerRuns, workerService, workerTicks } from './worker/built-worker.ts';

const ROUNDS = 2;
const CONCURRENCY = 16;
const IDLE_MS = 10_000;
const RUNS_MS = 5_000;
const TASKS_AT_ONCE = 20;
const REPLICAS = 4;

/** One task, ten times a second: between its slots the worker is idle. */
const ONE_TASK: TickPlan = { tasks: 1, every: 100, runsBefore: 500, warmUp: 2_000, window: 10_000 };
/** Each has ended when the next instant comes. */
const THOUSAND_TASKS: TickPlan = { tasks: 1_000, every: 10_000, runsBefore: 0, warmUp: 1_000, window: 20_000 };
/** At the sizes of the targets. */
const FULL = { runsBefore: 5_000, window: 30_000 };

const SQLITE = 'the same on SQLite';

type Environment = Readonly<Record<string, string>>;
/** Of a worker with a ledger of its own in the database. */
type OnPostgres = () => Environment;

/** What one replica pays for a database in place of a file. */
export const onPostgres: Benchmark = {
  title: 'One replica on PostgreSQL',

  async measure(laboratory) {
    const database = await PostgresServer.start({ durable: true });
    let ledgers = 0;
    const environment = () => ({ DATABASE_URL: database.url, DATABASE_SCHEMA: `bench_${++ledgers}` });
    try {
      return {
        comparisons: [
          ...(await emptyRuns(laboratory, environment, database.url)),
          await manyTasks(laboratory, environment),
          await manyRuns(laboratory, environment),
          await drains(laboratory, environment),
          ...(await idles(laboratory, environment)),
        ],
        notes: ['The server has fsync and synchronous_commit on, and shares a core with the load server.'],
      };
    } finally {
      await database.stop();
    }
  },
};

async function emptyRuns({ full }: Laboratory, ledger: OnPostgres, database: string): Promise<Comparison[]> {
  const plan = { ...ONE_TASK, ...(full && FULL) };
  const results = await interleaved(ROUNDS, {
    worker: () => workerTicks(plan, undefined, ledger()).report<TickReport>(),
    commits: () => postgresCommits(plan, database).report<Pick<TickReport, 'timePerRunInARow'>>(),
    sqlite: () => workerTicks(plan).report<TickReport>(),
  });
  const inARow = (reports: readonly Pick<TickReport, 'timePerRunInARow'>[]) =>
    median(reports.map(({ timePerRunInARow }) => timePerRunInARow ?? NaN));
  const late = (reports: readonly TickReport[]) => median(reports.map(({ lateness }) => lateness.p99));
  const [run, commits] = [inARow(results.worker), inARow(results.commits)];
  const [worker, sqlite] = [late(results.worker), late(results.sqlite)];
  return [
    {
      what: `claim and end of an empty run, ${count(plan.runsBefore)} in a row`,
      figure: milliseconds(run),
      peer: 'two bare commits by pg',
      peerFigure: milliseconds(commits),
      ratio: run / commits,
      target: atMost(2, run / commits, ' ×'),
    },
    {
      what: `from slot to start, idle, p99 of ${count(plan.window / plan.every)}`,
      figure: milliseconds(worker),
      peer: SQLITE,
      peerFigure: milliseconds(sqlite),
      ratio: worker / sqlite,
      target: atMost(30, worker, ' ms'),
    },
  ];
}

async function manyTasks({ full }: Laboratory, ledger: OnPostgres): Promise<Comparison> {
  const plan = { ...THOUSAND_TASKS, ...(full && { window: FULL.window }) };
  const worker = await workerTicks(plan, BOTH_CORES, ledger()).report<TickReport>();
  const sqlite = await workerTicks(plan, BOTH_CORES).report<TickReport>();
  const target = atMost(150, worker.lateness.p99, ' ms');
  return {
    what: `lateness p99 of ${count(plan.tasks)} tasks, all due in one instant; ${count(worker.missed)} slots missed`,
    figure: milliseconds(worker.lateness.p99),
    peer: SQLITE,
    peerFigure: milliseconds(sqlite.lateness.p99),
    ratio: worker.lateness.p99 / sqlite.lateness.p99,
    target: { ...target, met: target.met && worker.missed === 0 },
  };
}

/** What one server carries: each run is a claim and an end, a commit each. */
async function manyRuns({ full }: Laboratory, ledger: OnPostgres): Promise<Comparison> {
  const rate = async (replicas: number) => {
    const environment = ledger();
    const programs = Array.from({ length: replicas }, () =>
      workerRuns(TASKS_AT_ONCE, replicas, full ? FULL.window : RUNS_MS, environment).report<RunsReport>(),
    );
    return (await Promise.all(programs)).reduce((sum, { runsPerSecond }) => sum + runsPerSecond, 0);
  };
  const one = await rate(1);
  const several = await rate(REPLICAS);
  return {
    what: `empty runs, ${TASKS_AT_ONCE} at once each, ${REPLICAS} replicas`,
    figure: perSecond(several),
    peer: 'one replica',
    peerFigure: perSecond(one),
    ratio: several / one,
  };
}

async function drains({ server, full }: Laboratory, ledger: OnPostgres): Promise<Comparison> {
  const profile = { orders: full ? 100_000 : 20_000, latency: 0 };
  const drained = (more: Environment) =>
    drain(server, profile, (url) => workerDrain(url, String(CONCURRENCY), undefined, more));
  const results = await interleaved(full ? 3 : ROUNDS, {
    worker: () => drained(ledger()),
    sqlite: () => drained({}),
  });
  const worker = median(results.worker.map(({ ordersPerSecond }) => ordersPerSecond));
  const sqlite = median(results.sqlite.map(({ ordersPerSecond }) => ordersPerSecond));
  return {
    what: `drain ${count(profile.orders)} orders, ${CONCURRENCY} at once`,
    figure: perSecond(worker),
    peer: SQLITE,
    peerFigure: perSecond(sqlite),
    ratio: worker / sqlite,
    target: atLeast(0.9, worker / sqlite, ' ×'),
  };
}

async function idles({ server }: Laboratory, ledger: OnPostgres): Promise<Comparison[]> {
  await server.load({ orders: 0, latency: 0 });
  const measured = { worker: [] as Idling[], sqlite: [] as Idling[] };
  for (let round = 0; round < ROUNDS; round++) {
    const environment = ledger();
    const [worker, sqlite] = await Promise.all([
      idling('/health/ready', (port) => workerService(server.url, port, environment), IDLE_MS),
      idling('/health/ready', (port) => workerService(server.url, port), IDLE_MS),
    ]);
    measured.worker.push(worker);
    measured.sqlite.push(sqlite);
  }
  const [worker, sqlite] = [middle(measured.worker), middle(measured.sqlite)];
  const more = worker.memory - sqlite.memory;
  return [
    {
      what: 'CPU while idle, of one core',
      figure: percent(worker.cpu / 1_000, 2),
      peer: SQLITE,
      peerFigure: percent(sqlite.cpu / 1_000, 2),
      ratio: worker.cpu / sqlite.cpu,
      target: { text: '≤ 1.5 %', met: worker.cpu <= 15 },
    },
    {
      what: 'resident memory while idle',
      figure: `${megabytes(worker.memory)} (${signedMegabytes(more)})`,
      peer: SQLITE,
      peerFigure: megabytes(sqlite.memory),
      ratio: worker.memory / sqlite.memory,
      target: { ...atMost(25, more, ' MB'), text: '≤ SQLite + 25 MB' },
    },
  ];
}
