import { atMost, type Benchmark } from './benchmark.ts';
import type { TickPlan, TickReport } from './measure/tick-recorder.ts';
import { bareCommits, nestSchedule } from './peers/peer-programs.ts';
import { count, milliseconds } from './report/figures.ts';
import { workerTicks } from './worker/built-worker.ts';

/** The shortest interval there is: each run comes alone, and shares its commits with no other. */
const PLAN: TickPlan = { tasks: 1, every: 100, runsBefore: 5_000, warmUp: 5_000, window: 15_000 };

/** What a run costs that has nothing to do: schedule, ledger and log. */
export const emptyRun: Benchmark = {
  title: 'An empty run',

  async measure() {
    // All at once: each takes a small part of the core, and they meet the same machine.
    const [worker, schedule, commits] = await Promise.all([
      workerTicks(PLAN).report<TickReport>(),
      nestSchedule(PLAN).report<TickReport>(),
      bareCommits(PLAN).report<Pick<TickReport, 'cpuPerRun'>>(),
    ]);
    return {
      comparisons: [
        {
          what: 'CPU of a run, through schedule, ledger and log',
          figure: milliseconds(worker.cpuPerRun),
          peer: 'bare @nestjs/schedule, which records and logs nothing',
          peerFigure: milliseconds(schedule.cpuPerRun),
          ratio: worker.cpuPerRun / schedule.cpuPerRun,
          target: atMost(1, worker.cpuPerRun, ' ms'),
        },
        {
          what: `the same, with its ${worker.commitsPerRun.toFixed(2)} durable commits`,
          figure: milliseconds(worker.cpuPerRun),
          peer: 'two durable commits of node:sqlite and nothing else',
          peerFigure: milliseconds(commits.cpuPerRun),
          ratio: worker.cpuPerRun / commits.cpuPerRun,
          target: { text: '2 commits', met: Math.round(worker.commitsPerRun * 10) === 20 },
        },
      ],
      notes: [
        `CPU is that of the whole process, all threads, at ten runs a second after ${count(PLAN.runsBefore)} in a row: what the process does beside them is in it, and what a processor forgets in between.`,
      ],
    };
  },
};
