import { jest } from '@jest/globals';
import { randomFrom } from '../testing/random.js';
import { type ArrivingAnswer, Backpressure } from './backpressure.js';

const KIB = 1024;
const MIB = 1024 * KIB;

/** An answer that sends a piece whenever it is read, as long as it has any. */
class AnAnswer implements ArrivingAnswer {
  length = 0;
  paused = false;

  constructor(
    private readonly backpressure: Backpressure,
    private readonly log: string[] = [],
    private readonly name = '',
  ) {}

  arrives(bytes: number): this {
    this.length += bytes;
    this.backpressure.arrived(this, bytes);
    return this;
  }

  ends(): void {
    this.backpressure.finished(this);
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.log.push(this.name);
  }
}

describe('Backpressure', () => {
  let backpressure: Backpressure;
  let resumed: string[];
  const answer = (name = '') => new AnAnswer(backpressure, resumed, name);
  /** All of them have arrived so far, one after the other. */
  const answers = (bytes: number, ...names: string[]) => names.map((name) => answer(name).arrives(bytes));
  const nextTurn = () => jest.runAllTimers();

  beforeEach(() => {
    jest.useFakeTimers();
    backpressure = new Backpressure();
    resumed = [];
  });
  afterEach(() => jest.useRealTimers());

  it('leaves 4 MiB to all answers together', () => {
    const several = answers(MIB, 'a', 'b', 'c', 'd');
    expect(several.some(({ paused }) => paused)).toBe(false);
  });

  it('lets one read on beyond that, and pauses the others as they come', () => {
    const [first, second, third] = answers(4 * MIB, 'a', 'b', 'c');
    first?.arrives(KIB);
    second?.arrives(KIB);
    expect([first, second, third].map((each) => each?.paused)).toEqual([true, false, true]);
  });

  it('never pauses an answer of up to 32 KiB', () => {
    answers(4 * MIB, 'a', 'b');
    const short = answer()
      .arrives(16 * KIB)
      .arrives(16 * KIB);
    expect(short.paused).toBe(false);
    expect(short.arrives(1).paused).toBe(true);
  });

  it('resumes one after the other, in the order in which they were paused', () => {
    const waiting = answers(3 * MIB, 'ahead', 'exempt', 'x', 'y', 'z');
    const [ahead, exempt, x, y] = waiting;
    exempt?.ends();
    nextTurn();
    expect(resumed).toEqual(['x']);
    x?.ends();
    nextTurn();
    expect(resumed).toEqual(['x', 'y']);
    ahead?.ends();
    nextTurn();
    expect(resumed).toEqual(['x', 'y']);
    y?.ends();
    nextTurn();
    expect(resumed).toEqual(['x', 'y', 'z']);
  });

  it('resumes all that fit when there is less again', () => {
    const [ahead, exempt] = answers(4 * MIB, 'ahead', 'exempt');
    answers(MIB, 'x', 'y', 'z');
    ahead?.ends();
    exempt?.ends();
    nextTurn();
    expect(resumed).toEqual(['x', 'y', 'z']);
  });

  it('does not resume from within the end of another, but soon after', () => {
    const [, exempt] = answers(4 * MIB, 'a', 'exempt', 'waiting');
    exempt?.ends();
    expect(resumed).toEqual([]);
    nextTurn();
    expect(resumed).toEqual(['waiting']);
  });

  it('forgets an answer that gives up waiting', () => {
    const [, exempt, impatient] = answers(4 * MIB, 'a', 'exempt', 'impatient', 'patient');
    impatient?.ends();
    exempt?.ends();
    nextTurn();
    expect(resumed).toEqual(['patient']);
  });

  it('lets no answer wait for ever, in whatever order answers grow and end', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = randomFrom(seed);
      const open = Array.from({ length: 64 }, () => answer());
      let most = 0;
      while (open.length > 0) {
        const index = indexOfReading(open, random());
        const chosen = open[index];
        if (!chosen) throw new Error(`All ${open.length} are waiting, with the seed ${seed}`);
        if (chosen.length < 4.9 * MIB && random() < 0.99) {
          chosen.arrives(Math.ceil(random() * 64 * KIB));
          most = Math.max(most, sumOf(open));
        } else {
          open.splice(index, 1);
          chosen.ends();
          nextTurn();
        }
      }
      // What is left to all, what one may have, and a piece more for each.
      expect(most).toBeLessThan(4 * MIB + 5 * MIB + 64 * 64 * KIB);
    }
  });
});

/** Of those that are not paused, any. */
function indexOfReading(answers: readonly AnAnswer[], random: number): number {
  const start = Math.floor(random * answers.length);
  for (let step = 0; step < answers.length; step++) {
    const index = (start + step) % answers.length;
    if (answers[index]?.paused === false) return index;
  }
  return -1;
}

function sumOf(answers: readonly AnAnswer[]): number {
  return answers.reduce((sum, { length }) => sum + length, 0);
}
