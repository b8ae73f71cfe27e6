import { atMost, type Benchmark } from './benchmark.ts';
import type { TickPlan, TickReport } from './measure/tick-recorder.ts';
import { bareCommits, nestSchedule } from './peers/peer-programs.ts';
import { count, milliseconds } from './report/figures.ts';
import { workerTicks } from './worker/built-worker.ts';

/** The shortest interval there is: each run comes alone, and shares its commits with no other. */
const PLAN: TickPlan = { tasks: 1, every: 100, runsBefore: 5_000, warmUp: 3_000, window: 10_000 };

/** What a run costs that has nothing to do: schedule, ledger and log. */
export const emptyRun: Benchmark = {
  title: 'An empty run',

  async measure() {
    // One after the other: woken by the same clock, they would empty each other's caches.
    const worker = await workerTicks(PLAN).report<TickReport>();
    const schedule = await nestSchedule(PLAN).report<TickReport>();
    const commits = await bareCommits(PLAN).report<Pick<TickReport, 'cpuPerRun'>>();
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
