import { atMost, type Benchmark } from './benchmark.ts';
import { interleaved } from './measure/rounds.ts';
import { median } from './measure/statistics.ts';
import type { TickPlan, TickReport } from './measure/tick-recorder.ts';
import { bareCommits, nestSchedule } from './peers/peer-programs.ts';
import { milliseconds } from './report/figures.ts';
import { workerTicks } from './worker/built-worker.ts';

const ROUNDS = 2;
/** The shortest interval there is: each run comes alone, and shares its commits with no other. */
const PLAN: TickPlan = { tasks: 1, every: 100, warmUp: 3_000, window: 5_000 };

type RunCost = Pick<TickReport, 'cpuPerRun' | 'commitsPerRun'>;

/** What a run costs that has nothing to do: schedule, ledger and log. */
export const emptyRun: Benchmark = {
  title: 'An empty run',

  async measure() {
    const results = await interleaved(ROUNDS, {
      worker: () => workerTicks(PLAN).report<RunCost>(),
      schedule: () => nestSchedule(PLAN).report<RunCost>(),
      commits: () => bareCommits(30, PLAN.every).report<RunCost>(),
    });
    const [worker, schedule, commits] = [results.worker, results.schedule, results.commits].map((reports) =>
      median(reports.map(({ cpuPerRun }) => cpuPerRun)),
    ) as [number, number, number];
    const commitsPerRun = median(results.worker.map((report) => report.commitsPerRun));
    return {
      comparisons: [
        {
          what: 'CPU of a run, through schedule, ledger and log',
          figure: milliseconds(worker),
          peer: 'bare @nestjs/schedule, which records and logs nothing',
          peerFigure: milliseconds(schedule),
          ratio: worker / schedule,
          target: atMost(1, worker, ' ms'),
        },
        {
          what: `durable commits of a run: ${commitsPerRun.toFixed(1)}; their CPU with all else`,
          figure: milliseconds(worker),
          peer: 'two durable commits of node:sqlite and nothing else',
          peerFigure: milliseconds(commits),
          ratio: worker / commits,
          target: { text: '2 commits', met: Math.round(commitsPerRun * 10) === 20 },
        },
      ],
      notes: [
        'CPU is that of the whole process, all threads, ten runs a second: what the process does beside them is in it.',
      ],
    };
  },
};
