import { atMost, type Benchmark } from './benchmark.ts';
import { interleaved } from './measure/rounds.ts';
import { median } from './measure/statistics.ts';
import type { TickPlan, TickReport } from './measure/tick-recorder.ts';
import { bareCommits, nestSchedule } from './peers/peer-programs.ts';
import { count, milliseconds } from './report/figures.ts';
import { workerTicks } from './worker/built-worker.ts';

/** The shortest interval: each run is alone and shares its commits with no other. */
const PLAN: TickPlan = { tasks: 1, every: 100, runsBefore: 5_000, warmUp: 2_000, window: 3_000 };
const ROUNDS = 2;
const MAX_RATIO_TO_COMMITS = 4;

type Costs = Pick<TickReport, 'cpuPerRun' | 'cpuOfEach' | 'cpuPerRunInARow'>;

/** Medians: of all runs, and of the means of the rounds. */
function costs(reports: readonly Costs[]) {
  return {
    medianRun: median(reports.flatMap(({ cpuOfEach }) => cpuOfEach)),
    mean: median(reports.map(({ cpuPerRun }) => cpuPerRun)),
    inARow: median(reports.map(({ cpuPerRunInARow }) => cpuPerRunInARow ?? NaN)),
  };
}

/** What a run without work costs: schedule, ledger and log. */
export const emptyRun: Benchmark = {
  title: 'An empty run',

  async measure() {
    // In turn: programs woken by the same clock would evict each other's caches.
    const reports = await interleaved(ROUNDS, {
      worker: () => workerTicks(PLAN).report<TickReport>(),
      schedule: () => nestSchedule(PLAN).report<TickReport>(),
      commits: () => bareCommits(PLAN).report<Costs>(),
    });
    const worker = costs(reports.worker);
    const schedule = costs(reports.schedule);
    const commits = costs(reports.commits);
    const commitsPerRun = median(reports.worker.map((report) => report.commitsPerRun));
    return {
      comparisons: [
        {
          what: 'CPU of the median run, through schedule, ledger and log',
          figure: milliseconds(worker.medianRun),
          peer: 'bare @nestjs/schedule, which records and logs nothing',
          peerFigure: milliseconds(schedule.medianRun),
          ratio: worker.medianRun / schedule.medianRun,
        },
        {
          what: `the same, with its ${commitsPerRun.toFixed(2)} durable commits`,
          figure: milliseconds(worker.medianRun),
          peer: 'two durable commits of node:sqlite and nothing else',
          peerFigure: milliseconds(commits.medianRun),
          ratio: worker.medianRun / commits.medianRun,
          target: { text: '2 commits', met: Math.round(commitsPerRun * 10) === 20 },
        },
        {
          what: `CPU of a run, ${count(PLAN.runsBefore)} in a row`,
          figure: milliseconds(worker.inARow),
          peer: 'two durable commits of node:sqlite and nothing else',
          peerFigure: milliseconds(commits.inARow),
          ratio: worker.inARow / commits.inARow,
          target: atMost(MAX_RATIO_TO_COMMITS, worker.inARow / commits.inARow, ' ×'),
        },
      ],
      notes: [
        `CPU is that of the whole process, all threads, from one run to the next, at ten runs a second after ${count(PLAN.runsBefore)} in a row. It includes everything else that the process does, and cold caches.`,
        `The mean of these runs: worker ${milliseconds(worker.mean)}, @nestjs/schedule ${milliseconds(schedule.mean)}, two bare commits ${milliseconds(commits.mean)}.`,
      ],
    };
  },
};
