import { useDatabase } from '../../../test/postgres/use-database.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { TestClock } from '../testing/test-clock.js';
import type { ShareOccasion, UpstreamShare, UpstreamUse } from '../upstream-shares.js';
import { PostgresStore } from './postgres-store.js';
import { PostgresUpstreamShares } from './postgres-upstream-shares.js';

const BOUND = 16;
const UPSTREAM = 'http://api.test';

const database = useDatabase();

/** One of several processes, which takes what it is given. */
class Replica {
  places = 0;
  readonly store: PostgresStore;
  private readonly shares: PostgresUpstreamShares;

  constructor(readonly schema: string) {
    this.store = new PostgresStore({ url: database.url, schema }, 'of the test', new TestClock(), new WorkerEvents());
    this.shares = new PostgresUpstreamShares(this.store, { onTold: () => undefined });
  }

  async exchange(
    demand: number,
    said: Partial<UpstreamUse> = {},
    occasion: ShareOccasion = 'routine',
  ): Promise<UpstreamShare> {
    const nothing = { pausedForMs: 0, outage: null, perSecond: null };
    const use = { upstream: UPSTREAM, bound: BOUND, demand, held: this.places, ...nothing, ...said };
    const [share] = await this.shares.exchange([use], occasion);
    this.places = share!.places;
    return share!;
  }
}

describe('The shares of replicas in an upstream', () => {
  let replicas: Replica[] = [];

  async function open(count: number): Promise<[Replica, Replica, ...Replica[]]> {
    const schema = database.newSchema();
    replicas = Array.from({ length: count }, () => new Replica(schema));
    for (const { store } of replicas) await store.open('service');
    return replicas as [Replica, Replica];
  }
  afterEach(async () => {
    for (const { store } of replicas) await store.close();
  });

  it('are all of it for the first one, and nothing for the next one before that has let go', async () => {
    const [first, next] = await open(2);
    await first.exchange(16);
    expect(first.places).toBe(16);
    await next.exchange(16);
    expect(next.places).toBe(0);
    await first.exchange(16);
    expect(first.places).toBe(8);
    await next.exchange(16);
    expect(next.places).toBe(0);
    await first.exchange(16);
    await next.exchange(16);
    expect([first.places, next.places]).toEqual([8, 8]);
  });

  it('wait for requests that are still in flight', async () => {
    const [first, next] = await open(2);
    await first.exchange(16);
    await next.exchange(16);
    await first.exchange(16);
    await first.exchange(16, { held: 11 });
    await next.exchange(16);
    expect([first.places, next.places]).toEqual([8, 5]);
  });

  it('are never more than the bound together, whatever processes do at once', async () => {
    const all = await open(4);
    for (let round = 0; round < 20; round++) {
      await Promise.all(all.map((replica, index) => replica.exchange(((round * 7 + index * 5) % 4) * 6)));
      expect(all.reduce((sum, { places }) => sum + places, 0)).toBeLessThanOrEqual(BOUND);
    }
  });

  it('come back from one that has left', async () => {
    const [one, other] = await open(2);
    for (let round = 0; round < 3; round++) for (const replica of [one, other]) await replica.exchange(16);
    expect([one.places, other.places]).toEqual([8, 8]);
    await other.store.close();
    await one.exchange(16);
    expect(one.places).toBe(16);
  });

  it('are refused to a process that others have taken for dead', async () => {
    const [one, other] = await open(2);
    await one.exchange(16);
    await database.query(`delete from ${one.schema}.processes where id = '${one.store.process.processId}'`);
    await expect(one.exchange(16)).rejects.toThrow(/foreign key/);
    await other.exchange(16);
    expect(other.places).toBe(16);
  });

  it('come with the pause, the outage and the rate that others have met, not with its own', async () => {
    const [one, other] = await open(2);
    await one.exchange(8, { pausedForMs: 3_000, outage: { sinceMs: 100, probeInMs: 1_000 } });
    await one.exchange(8, { pausedForMs: 3_000, outage: { sinceMs: 100, probeInMs: 1_000 }, perSecond: 48 });
    const heard = await other.exchange(1);
    expect(heard.pausedForMs).toBeGreaterThan(1_000);
    expect(heard.pausedForMs).toBeLessThanOrEqual(3_000);
    expect(heard.outage!.sinceMs).toBeGreaterThanOrEqual(100);
    expect(heard.outage!.probeInMs).toBeLessThanOrEqual(1_000);
    expect(heard.perSecondEach).toBe(3);
    expect(await one.exchange(8)).toMatchObject({ pausedForMs: 0, outage: null, perSecondEach: null });
    expect(await other.exchange(1)).toMatchObject({ pausedForMs: 0, outage: null, perSecondEach: null });
  });
});
