import type { ConcurrencyBounds } from '../../../config/settings.js';
import { randomFrom } from '../../testing/random.js';
import { EventLoopStalls } from './testing/event-loop-stalls.js';
import {
  Changing,
  FailsAtRandom,
  FixedWindow,
  HaproxyRequestRate,
  type Limiter,
  NginxLimitReq,
  ServesAtOnce,
  SlidingWindow,
} from './testing/limiters.js';
import { type Network, SimulatedClient } from './testing/simulated-client.js';
import { VirtualTime } from './testing/virtual-time.js';

type Random = () => number;

/** Of each scenario. */
const RUNS = 100;
const UNENDING = 1e9;
/** When the parts of a changing quota begin. */
const STARTS = [0, 20_000, 80_000];
const between = (random: Random, low: number, high: number) => low + (high - low) * random();

const near = (random: Random): Network => ({
  roundTrip: between(random, 0.2, 1),
  service: between(random, 0.5, 1.5),
  jitter: between(random, 0.05, 0.5),
});

/** From 1 to 200 ms away. */
const anywhere = (random: Random): Network => {
  const roundTrip = 200 ** random();
  return { roundTrip, service: between(random, 0.5, 10), jitter: roundTrip * between(random, 0.005, 0.03) };
};

const far = (random: Random): Network => ({ ...anywhere(random), roundTrip: between(random, 50, 200) });

interface Scenario {
  readonly limiter: (random: Random) => Limiter;
  readonly requests?: number;
  readonly until?: number;
  readonly network?: (random: Random) => Network;
  readonly bare?: boolean;
  readonly ceilingPerSecond?: number;
  readonly pauseMs?: (now: number) => number;
  /** The process is busy with other things, too. */
  readonly isBusy?: boolean;
  readonly concurrency?: ConcurrencyBounds;
}

type Measures<Name extends string> = (client: SimulatedClient) => Readonly<Record<Name, number>>;

/** Each measure of many runs, whose seeds differ, in rising order. */
function simulated<Name extends string>(
  runs: number,
  scenario: Scenario,
  measure: Measures<Name>,
): Record<Name, Figures> {
  const results = Array.from({ length: runs }, (_, index) => measure(simulate(randomFrom(index * 7_919), scenario)));
  const names = Object.keys(results[0] ?? {}) as Name[];
  const figures = names.map((name) => [name, new Figures(results.map((result) => result[name]))]);
  return Object.fromEntries(figures) as Record<Name, Figures>;
}

function simulate(random: Random, scenario: Scenario): SimulatedClient {
  const { limiter, requests = UNENDING, until = 120_000, network = near, isBusy, ...rest } = scenario;
  const time = new VirtualTime();
  const client = new SimulatedClient({
    time,
    random,
    requests,
    network: network(random),
    limiter: limiter(random),
    ...(isBusy && { stalls: new EventLoopStalls(random) }),
    ...rest,
  });
  client.send();
  time.run(until, () => client.isDone);
  return client;
}

class Figures {
  private readonly sorted: readonly number[];

  constructor(figures: readonly number[]) {
    this.sorted = figures.toSorted((a, b) => a - b);
  }

  get median(): number {
    return this.upTo(0.5);
  }

  /** The figure that this share of the runs does not exceed. */
  upTo(share: number): number {
    return this.sorted[Math.min(this.sorted.length - 1, Math.floor(this.sorted.length * share))] ?? NaN;
  }
}

const ofBatch = (idealMs: number) => (client: SimulatedClient) => ({
  time: client.doneAt / idealMs,
  refused: client.refused(),
  refusedLater: client.refusedShare(2_000),
});

const nginx = (perSecond: number, burst: number) => () => new NginxLimitReq(perSecond, burst);

describe('RateLimit, simulated, before', () => {
  describe.each([
    ['429', false],
    ['503', true],
  ])('nginx that answers %s', (_, bare) => {
    it('and takes 20 a second, serves 150 orders in 1.2 × the ideal time', () => {
      const { time, refusedLater } = simulated(RUNS, { limiter: nginx(20, 0), requests: 150, bare }, ofBatch(7_450));
      expect(time.median).toBeLessThanOrEqual(1.2);
      expect(time.upTo(1)).toBeLessThanOrEqual(1.35);
      expect(refusedLater.upTo(0.95)).toBeLessThanOrEqual(0.05);
    });

    it('and takes 20 a second and 10 at once, serves 150 orders in 1.3 × the ideal time', () => {
      const { time, refusedLater } = simulated(RUNS, { limiter: nginx(20, 10), requests: 150, bare }, ofBatch(6_950));
      expect(time.upTo(1)).toBeLessThanOrEqual(1.3);
      expect(refusedLater.upTo(0.95)).toBeLessThanOrEqual(0.05);
    });

    it('and takes 20 a second, serves from any distance', () => {
      const scenario = { limiter: nginx(20, 0), network: anywhere, requests: 150, bare };
      const { time } = simulated(RUNS, scenario, ofBatch(7_450));
      expect(time.median).toBeLessThanOrEqual(1.2);
      expect(time.upTo(1)).toBeLessThanOrEqual(2.2);
    });

    it.each([
      ['near', near, 0.95, 0.01],
      ['50 to 200 ms away', far, 0.9, 0.03],
    ])('and takes 200 a second and 50 at once, is used up from %s', (__, network, share, refused) => {
      const scenario = { limiter: nginx(200, 50), network, until: 25_000, bare };
      const measured = simulated(6, scenario, (client) => ({
        used: client.passedPerSecond(5_000, 25_000) / 200,
        refused: client.refusedShare(0),
      }));
      expect(measured.used.upTo(0)).toBeGreaterThanOrEqual(share);
      expect(measured.refused.median).toBeLessThanOrEqual(refused);
    });
  });

  it.each<[string, (random: Random) => Limiter, number, number, number]>([
    ['HAProxy, 100 in 10 s', () => new HaproxyRequestRate(100, 10_000, false), 30_000, 1.25, 40],
    ['HAProxy that counts the refused', () => new HaproxyRequestRate(100, 10_000, true), 30_000, 1.5, 60],
    ['a fixed window of 100 in 10 s', () => new FixedWindow(100, 10_000), 20_000, 1.1, 40],
    ['a sliding window of 100 in 10 s', () => new SlidingWindow(100, 10_000), 20_000, 1.25, 40],
  ])('%s, serves 300 orders in time', (_, limiter, ideal, times, refusals) => {
    const { time, refused } = simulated(RUNS, { limiter, requests: 300 }, ofBatch(ideal));
    expect(time.upTo(0.95)).toBeLessThanOrEqual(times);
    expect(refused.upTo(0.95)).toBeLessThanOrEqual(refusals);
  });

  it.each<[string, () => Limiter, number, number]>([
    ['a fixed window of 50 in 5 s', () => new FixedWindow(50, 5_000), 10_000, 1.1],
    ['a sliding window of 50 in 5 s', () => new SlidingWindow(50, 5_000), 10_000, 1.25],
    ['HAProxy, 50 in 5 s', () => new HaproxyRequestRate(50, 5_000, false), 15_000, 1.25],
  ])('%s, and a busy process, serves 149 orders in time', (_, limiter, ideal, times) => {
    const { time } = simulated(RUNS, { limiter, requests: 149, isBusy: true }, ofBatch(ideal));
    expect(time.upTo(0.95)).toBeLessThanOrEqual(times);
  });

  it.each<[string, (random: Random) => Limiter, number]>([
    ['its clock', (random) => new FixedWindow(60, 60_000, between(random, 0, 60_000)), 180],
    ['its first request', () => new FixedWindow(60, 60_000), 180],
  ])('60 a minute by %s, uses each minute for about 30 refusals in three', (_, limiter, least) => {
    const measured = simulated(RUNS, { limiter, until: 179_999 }, (client) => ({
      passed: client.answers.filter(({ passed }) => passed).length,
      refused: client.refused(),
    }));
    expect(measured.passed.upTo(0)).toBeGreaterThanOrEqual(least);
    expect(measured.refused.upTo(0.95)).toBeLessThanOrEqual(30);
  });

  it('a quota that is halved for a minute and given back, follows it both times', () => {
    const limiter = () =>
      new Changing([20, 10, 20].map((rate, part) => [STARTS[part] ?? 0, new NginxLimitReq(rate, 0)]));
    const measured = simulated(20, { limiter, until: 100_000 }, (client) => ({
      used: client.passedPerSecond(30_000, 80_000) / 10,
      refused: client.refused(20_000, 25_000),
      back: client.secondsUntil(18, 80_000),
    }));
    expect(measured.used.upTo(0)).toBeGreaterThanOrEqual(0.9);
    expect(measured.refused.upTo(0.95)).toBeLessThanOrEqual(20);
    expect(measured.back.upTo(0.95)).toBeLessThanOrEqual(8);
  });

  it.each([
    [0, 15],
    [10, 8],
  ])('a quota that is raised fivefold, burst=%i, finds it within %i s mostly', (burst, seconds) => {
    const limiter = () =>
      new Changing([
        [0, new NginxLimitReq(20, burst)],
        [20_000, new NginxLimitReq(100, burst)],
      ]);
    const measured = simulated(20, { limiter, until: 45_000 }, (client) => ({
      found: client.secondsUntil(90, 20_000),
      refused: client.refused(20_000, 30_000),
    }));
    expect(measured.found.median).toBeLessThanOrEqual(8);
    expect(measured.found.upTo(0.9)).toBeLessThanOrEqual(seconds);
    expect(measured.refused.upTo(0.95)).toBeLessThanOrEqual(20);
  });

  it('a window that is raised behind a believed one, notices it', () => {
    const limiter = () =>
      new Changing([
        [0, new FixedWindow(100, 10_000)],
        [40_000, new FixedWindow(500, 10_000)],
      ]);
    const measured = simulated(20, { limiter, until: 120_000 }, (client) => ({
      found: client.passedPerSecond(90_000, 120_000) / 50,
    }));
    expect(measured.found.upTo(0.1)).toBeGreaterThanOrEqual(0.6);
  });

  it('a server that serves 20 at once, lowers what is in flight and not the rate', () => {
    const network = () => ({ roundTrip: 0.4, service: 10, jitter: 0.2 });
    for (const bare of [false, true]) {
      const scenario = { limiter: () => new ServesAtOnce(20), network, requests: 10_000, bare };
      const measured = simulated(5, scenario, (client) => ({
        perSecond: 10_000_000 / client.doneAt,
        refused: client.refusedShare(0),
      }));
      expect(measured.perSecond.upTo(0)).toBeGreaterThanOrEqual(0.95 * (20_000 / 10.6));
      expect(measured.refused.upTo(1)).toBeLessThanOrEqual(0.01);
    }
  });

  it.each([
    ['429', false],
    ['503', true],
  ])('a server that serves 20 at once, and a busy process, takes %s for overload', (_, bare) => {
    const network = () => ({ roundTrip: 0.4, service: 10, jitter: 0.2 });
    const scenario = { limiter: () => new ServesAtOnce(20), network, requests: 5_000, isBusy: true, bare };
    const perSecond = (client: SimulatedClient) => ({ perSecond: 5_000_000 / client.doneAt });
    const found = simulated(RUNS, scenario, perSecond).perSecond;
    const best = simulated(RUNS, { ...scenario, concurrency: { min: 20, max: 20 } }, perSecond).perSecond;
    expect(found.median / best.median).toBeGreaterThanOrEqual(0.95);
    expect(found.upTo(0.05) / best.median).toBeGreaterThanOrEqual(0.9);
  });

  it.each([0, 50])('nginx with burst=%i before a slow server, does not take the rate for overload', (burst) => {
    const network = () => ({ roundTrip: 0.4, service: 100, jitter: 0.2 });
    const measured = simulated(10, { limiter: nginx(200, burst), network, until: 25_000 }, (client) => ({
      used: client.passedPerSecond(5_000, 25_000) / 200,
      refused: client.refusedShare(0),
    }));
    expect(measured.used.median).toBeGreaterThanOrEqual(0.75);
    expect(measured.refused.median).toBeLessThanOrEqual(0.02);
  });

  it.each([
    [0.01, 3_000],
    [0.05, 1_000],
    [0.2, 200],
  ])('a server that fails at random, share %f, does not take that for a rate', (share, perSecond) => {
    const limiter = (random: Random) => new FailsAtRandom(share, random);
    const measured = simulated(5, { limiter, requests: 5_000, bare: true }, (client) => ({
      perSecond: 5_000_000 / client.doneAt,
    }));
    expect(measured.perSecond.upTo(0)).toBeGreaterThanOrEqual(perSecond);
  });

  it('nginx and another process, takes a fair share', () => {
    const shares = Array.from({ length: 10 }, (_, index) => {
      const random = randomFrom(index * 7_919);
      const time = new VirtualTime();
      const settings = { time, random, requests: UNENDING, network: near(random), limiter: nginx(200, 50)() };
      const clients = [new SimulatedClient(settings), new SimulatedClient(settings)] as const;
      const secondAt = between(random, 0, 5_000);
      clients[0].send();
      time.at(secondAt, () => clients[1].send());
      time.run(secondAt + 60_000, () => false);
      const [one, other] = clients.map((client) => client.passedPerSecond(secondAt, secondAt + 60_000));
      return Math.min(one ?? 0, other ?? 0) / (((one ?? 0) + (other ?? 0)) / 2);
    });
    expect(new Figures(shares).upTo(0.1)).toBeGreaterThanOrEqual(0.8);
  });

  it('a ceiling, never exceeds it, and uses it', () => {
    const ceilingPerSecond = 50;
    const limiter = (random: Random) => new FailsAtRandom(0.01, random);
    const measured = simulated(5, { limiter, ceilingPerSecond, until: 20_000 }, (client) => ({
      used: client.passedPerSecond(0, 20_000) / ceilingPerSecond,
      most: Math.max(...client.answers.map(({ sentAt }) => client.sent(sentAt, sentAt + 1_000))),
    }));
    expect(measured.most.upTo(1)).toBeLessThanOrEqual(ceilingPerSecond + 1);
    expect(measured.used.upTo(0)).toBeGreaterThanOrEqual(0.8);
  });

  it('one refusal of all, loses no more than a little', () => {
    const limiter = () => ({ admits: (now: number) => !(now > 300 && isFirst()) });
    let stray = 1;
    const isFirst = () => stray-- > 0;
    const measured = simulated(1, { limiter, requests: 20_000 }, (client) => ({
      perSecond: 20_000_000 / client.doneAt,
    }));
    expect(measured.perSecond.median).toBeGreaterThanOrEqual(10_000);
  });
});
