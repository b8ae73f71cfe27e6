import { setImmediate as nextTurn } from 'node:timers/promises';
import { LedgerUnavailableError } from '../../runs/errors.js';
import { GroupCommit } from './group-commit.js';
import { queries } from '../sql/query-builder.js';
import { perform, rowsOf, type Write } from '../sql/steps.js';

/** Transactions that are only counted. */
class Store {
  begun = 0;
  failure: Error | undefined;

  readonly commits = new GroupCommit(async <T>(write: Write<T>): Promise<T> => {
    this.begun++;
    if (this.failure) throw this.failure;
    return perform(write(), () => ({ rows: [] }));
  });
}

let store: Store;

beforeEach(() => {
  store = new Store();
});

/** A write of one query, and what is done beside it. */
const doing = <T>(work: () => T): Write<T> =>
  function* () {
    yield* rowsOf(queries.selectFrom('tasks').selectAll());
    return work();
  };

const value = <T>(value: T): Write<T> => doing(() => value);

/** Less than a turn of the event loop. */
async function aWhile(): Promise<void> {
  for (let tick = 0; tick < 20; tick++) await Promise.resolve();
}

describe('writes of one turn of the event loop', () => {
  it('share a commit, each with its own answer', async () => {
    const answers = await Promise.all([store.commits.write(value(1)), store.commits.write(value('two'))]);
    expect(answers).toEqual([1, 'two']);
    expect(store.begun).toBe(1);
  });

  it('are done in their order', async () => {
    const order: number[] = [];
    const write = (index: number) => store.commits.write(doing(() => void order.push(index)));
    await Promise.all([write(1), write(2), write(3)]);
    expect(order).toEqual([1, 2, 3]);
  });

  it('fail alone', async () => {
    const broken = doing(() => {
      throw new TypeError('broken');
    });
    const ends = await Promise.allSettled([
      store.commits.write(value(1)),
      store.commits.write(broken),
      store.commits.write(value(3)),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('fail together when the ledger is unavailable, without being tried one by one', async () => {
    store.failure = new LedgerUnavailableError('disk full');
    const ends = await Promise.allSettled([store.commits.write(value(1)), store.commits.write(value(2))]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(store.begun).toBe(1);
  });

  it('are split where one commit would hold the event loop for too long', async () => {
    const slow = doing(() => {
      for (const end = performance.now() + 4; performance.now() < end;);
    });
    await Promise.all(Array.from({ length: 8 }, () => store.commits.write(slow)));
    expect(store.begun).toBeGreaterThan(2);
    expect(store.begun).toBeLessThanOrEqual(8);
  });
});

describe('a write', () => {
  it('after a pause begins at once: before the next turn of the event loop', async () => {
    const turn = nextTurn();
    const first = await Promise.race([turn.then(() => 'turn'), store.commits.write(value('commit'))]);
    expect(first).toBe('commit');
  });

  it('is committed together with those who end together with it', async () => {
    const end = async (index: number) => {
      await Promise.resolve();
      return store.commits.write(value(index));
    };
    await Promise.all([end(1), end(2), end(3)]);
    expect(store.begun).toBe(1);
  });

  it('leaves the event loop its turn when many follow each other', async () => {
    let turns = 0;
    const count = async (): Promise<void> => {
      await nextTurn();
      turns++;
      if (turns < 100) return count();
    };
    void count();
    for (let index = 0; index < 50; index++) {
      await store.commits.write(value(index));
      await aWhile();
    }
    expect(turns).toBeGreaterThan(40);
    turns = 100;
  });

  it('after a failure is committed', async () => {
    store.failure = new LedgerUnavailableError('disk full');
    await expect(store.commits.write(value(1))).rejects.toThrow('disk full');
    store.failure = undefined;
    expect(await store.commits.write(value(2))).toBe(2);
  });

  it('that comes during a commit gets the next one', async () => {
    let second: Promise<string> | undefined;
    await store.commits.write(doing(() => void (second = store.commits.write(value('second')))));
    expect(await second).toBe('second');
  });

  it('is waited for', async () => {
    let done = false;
    void store.commits.write(doing(() => void (done = true)));
    await store.commits.idle();
    expect(done).toBe(true);
  });
});
