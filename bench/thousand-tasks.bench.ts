import { atMost, type Benchmark } from './benchmark.ts';
import { BOTH_CORES } from './measure/cores.ts';
import type { TickPlan, TickReport } from './measure/tick-recorder.ts';
import { nestSchedule } from './peers/peer-programs.ts';
import { count, milliseconds } from './report/figures.ts';
import { workerTicks } from './worker/built-worker.ts';

const PLAN: TickPlan = { tasks: 1_000, every: 1_000, runsBefore: 0, warmUp: 3_000, window: 30_000 };
const PEER_WINDOW_MS = 10_000;
const MAX_LATENESS_RATIO = 2;

/**
 * Whether many tasks due at the same instant delay each other. Without a server, both programs have
 * both cores.
 */
export const thousandTasks: Benchmark = {
  title: `${count(PLAN.tasks)} tasks, all due every second`,

  async measure({ full }) {
    const worker = await workerTicks(PLAN, BOTH_CORES).report<TickReport>();
    const peerPlan = { ...PLAN, window: full ? PLAN.window : PEER_WINDOW_MS };
    const peer = await nestSchedule(peerPlan, BOTH_CORES).report<TickReport>();
    return {
      comparisons: [
        {
          what: 'lateness p99',
          figure: milliseconds(worker.lateness.p99),
          peer: 'bare @nestjs/schedule, on its own grid',
          peerFigure: milliseconds(peer.lateness.p99),
          ratio: worker.lateness.p99 / peer.lateness.p99,
          target: atMost(MAX_LATENESS_RATIO, worker.lateness.p99 / peer.lateness.p99, ' ×'),
        },
        {
          what: 'lateness p50',
          figure: milliseconds(worker.lateness.p50),
          peer: 'bare @nestjs/schedule, on its own grid',
          peerFigure: milliseconds(peer.lateness.p50),
          ratio: worker.lateness.p50 / peer.lateness.p50,
        },
        {
          what: `slots missed of ${count(worker.runs + worker.missed)}`,
          figure: count(worker.missed),
          peer: `bare @nestjs/schedule, of ${count(peer.runs + peer.missed)}`,
          peerFigure: count(peer.missed),
          ratio: worker.missed === peer.missed ? 1 : worker.missed / peer.missed,
          target: atMost(0, worker.missed, ''),
        },
      ],
      notes: [
        'There is no server: worker and peer each have both cores.',
        `CPU per run: worker ${milliseconds(worker.cpuPerRun)}, @nestjs/schedule ${milliseconds(peer.cpuPerRun)}; the latest run began ${milliseconds(worker.lateness.highest)} after its slot.`,
      ],
    };
  },
};
