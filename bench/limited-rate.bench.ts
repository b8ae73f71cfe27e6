import { atLeast, type Benchmark, type Comparison } from './benchmark.ts';
import { startHaproxy, startNginx } from './fronts/configurations.ts';
import { Front } from './fronts/front.ts';
import type { Program } from './measure/program.ts';
import { interleaved } from './measure/rounds.ts';
import { median } from './measure/statistics.ts';
import type { RateClient } from './peers/rate-limited.ts';
import { rateLimitedPeer } from './peers/peer-programs.ts';
import { count, seconds } from './report/figures.ts';
import { linePlot, type Series } from './report/line-plot.ts';
import type { LoadProfile, RequestLimit } from './server/load-profile.ts';
import type { ServerProcess } from './server/server-process.ts';
import { workerDrain } from './worker/built-worker.ts';

const EXIT_PARTIAL = 3;
const FULL_ROUNDS = 5;
/** What is not the limit's, of a peer that is told a window: it must not start before its end. */
const WINDOW_MARGIN_MS = 50;
const PLOTTED_SECONDS = 30;
/** Reading the list counts, too: three windows have room for the reads of every client. */
const LIST_READS = 6;

interface FrontEnd {
  readonly program: string;
  readonly start: (upstream: string) => Promise<Front>;
}

interface Case {
  readonly name: string;
  readonly orders: number;
  /** A real front end, or the load server's own limit. */
  readonly front: FrontEnd | RequestLimit;
  /** What the peers that are told are told. */
  readonly told: readonly [requests: number, periodMs: number];
  /** What each peer's rate is multiplied by for the target. */
  readonly peers: Readonly<Partial<Record<RateClient, number>>>;
  /** It would dwarf the others in the plot. */
  readonly isFast?: boolean;
}

const NAMES: Readonly<Record<RateClient, string>> = {
  spaced: 'bare undici, told the rate',
  queued: 'p-queue, told the limit',
  adaptive: "the AWS SDKs' adaptive mode",
};

function cases(full: boolean): readonly Case[] {
  const window = full ? { requests: 100, windowMs: 10_000 } : { requests: 50, windowMs: 5_000 };
  const orders = 3 * window.requests - LIST_READS;
  const told = [window.requests, window.windowMs + WINDOW_MARGIN_MS] as const;
  return [
    {
      name: '20 a second, evenly spaced (own limiter)',
      orders: 149,
      front: { perSecond: 20 },
      told: [1, 50],
      peers: { spaced: 1 / 1.2, queued: 0.9, adaptive: 1.2 },
    },
    {
      name: `${window.requests} in ${seconds(window.windowMs)}, fixed window (own limiter)`,
      orders,
      front: window,
      told,
      peers: { queued: 0.9, adaptive: 1.2 },
    },
    {
      name: 'nginx, rate=20r/s, 503',
      orders: 149,
      front: { program: 'nginx', start: (upstream) => startNginx(upstream, 20, '', 503) },
      told: [1, 50],
      peers: { spaced: 1 / 1.2, adaptive: 1.2 },
    },
    {
      name: 'nginx, rate=200r/s burst=50 nodelay, 429',
      orders: full ? 12_000 : 2_000,
      front: { program: 'nginx', start: (upstream) => startNginx(upstream, 200, 'burst=50 nodelay', 429) },
      told: [1, 5],
      peers: { spaced: 0.95, adaptive: 1.2 },
      isFast: true,
    },
    {
      name: `HAProxy, http_req_rate(${seconds(window.windowMs)}) of ${window.requests}, 429`,
      orders,
      front: {
        program: 'haproxy',
        start: (upstream) => startHaproxy(upstream, window.requests, window.windowMs),
      },
      told,
      peers: { queued: 0.9, adaptive: 1.2 },
    },
  ];
}

/** What one client has got out of a limit. */
interface Outcome {
  readonly ordersPerSecond: number;
  readonly refused: number;
  readonly bySecond: readonly number[];
}

/** Whether the worker finds the rate that is allowed, without being told. */
export const limitedRate: Benchmark = {
  title: 'Limits of requests a second that say nothing but 429 or 503',

  async measure({ server, full }) {
    const comparisons: Comparison[] = [];
    const series: Series[] = [];
    const missing: string[] = [];
    for (const limited of cases(full)) {
      if ('program' in limited.front && !Front.isInstalled(limited.front.program)) {
        missing.push(limited.name);
        continue;
      }
      const outcomes = await measured(server, limited, full ? FULL_ROUNDS : 1);
      comparisons.push(...compared(limited, outcomes));
      if (!limited.isFast)
        series.push({ name: limited.name.replace(/,.*| \(.*/, ''), points: points(outcomes['worker']?.[0]) });
    }
    return {
      comparisons,
      notes: [
        'The worker is told no limit. Reading the list counts.',
        ...missing.map((name) => `Not measured, because it is not installed: ${name}.`),
      ],
      plots: [
        {
          file: '../docs/reference/limited-rate.svg',
          svg: linePlot({
            title: 'Orders processed in each second, as the worker finds the limit',
            x: { label: 'seconds from the first request', scale: 'linear' },
            y: { label: 'orders' },
            series: series.filter(({ points: [first] }) => first !== undefined),
          }),
        },
      ],
    };
  },
};

type Outcomes = Readonly<Record<string, readonly Outcome[]>>;

async function measured(server: ServerProcess, limited: Case, rounds: number): Promise<Outcomes> {
  const { orders, front, told, peers } = limited;
  const run = async (start: (url: string) => Program): Promise<Outcome> => {
    const profile: LoadProfile = { orders, latency: 1 };
    await server.load('program' in front ? profile : { ...profile, limit: front });
    const before = 'program' in front ? await front.start(server.url) : undefined;
    await start(before?.url ?? server.url).ended(0, EXIT_PARTIAL);
    const { processed, duration, refused, bySecond } = await server.statistics();
    await before?.stop();
    if (processed !== orders) throw new Error(`${limited.name}: only ${processed} of ${orders} orders were processed`);
    return { ordersPerSecond: (processed / duration) * 1_000, refused: before?.refused ?? refused, bySecond };
  };
  const clients = Object.keys(peers) as RateClient[];
  return interleaved(rounds, {
    worker: () => run((url) => workerDrain(url)),
    ...Object.fromEntries(clients.map((client) => [client, () => run((url) => rateLimitedPeer(client, url, ...told))])),
  });
}

function compared({ name, orders, peers }: Case, outcomes: Outcomes): Comparison[] {
  const rate = (client: string) => median((outcomes[client] ?? []).map(({ ordersPerSecond }) => ordersPerSecond));
  const refused = (client: string) => Math.round(median((outcomes[client] ?? []).map((outcome) => outcome.refused)));
  const figure = (client: string) => `${rate(client).toFixed(1)}/s, ${refused(client)} refused`;
  return (Object.entries(peers) as [RateClient, number][]).map(([peer, target]) => ({
    what: `${name}: ${count(orders)} orders`,
    figure: figure('worker'),
    peer: NAMES[peer],
    peerFigure: figure(peer),
    ratio: rate('worker') / rate(peer),
    target: atLeast(Number(target.toFixed(2)), rate('worker') / rate(peer), ' ×'),
  }));
}

/** Without the last second, which is not a whole one. */
function points(outcome: Outcome | undefined): [number, number][] {
  return (outcome?.bySecond.slice(0, -1) ?? []).slice(0, PLOTTED_SECONDS).map((orders, second) => [second, orders]);
}
