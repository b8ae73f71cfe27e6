import { jest } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LedgerUnavailableError } from '../../runs/errors.js';
import { perform, rowsOf, type Transaction } from '../sql/transaction.js';
import { GroupCommit } from './group-commit.js';

/** Transactions that are only counted. */
class Store {
  begun = 0;
  failure: Error | undefined;

  readonly commits = new GroupCommit(async <T>(begin: () => Transaction<T>): Promise<T> => {
    this.begun++;
    if (this.failure) throw this.failure;
    return perform(begin(), () => ({ rows: [] }));
  });
}

let store: Store;
/** What the clock of the commits shows, in milliseconds: it stands still until it is moved. */
let now: number;

beforeEach(() => {
  store = new Store();
  now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** A write of one query, and what is done beside it. */
const doing = <T>(work: () => T): (() => Transaction<T>) =>
  function* () {
    yield* rowsOf((db) => db.selectFrom('tasks').selectAll());
    return work();
  };

const value = <T>(value: T): (() => Transaction<T>) => doing(() => value);

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
    const slow = doing(() => void (now += 4));
    await Promise.all(Array.from({ length: 8 }, () => store.commits.write(slow)));
    expect(store.begun).toBe(4);
  });
});

describe('a write', () => {
  it('is committed together with those that come a moment later', async () => {
    const end = async (index: number) => {
      for (let tick = 0; tick < index; tick++) await Promise.resolve();
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
