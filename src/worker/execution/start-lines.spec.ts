import { jest } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { StartLines } from './start-lines.js';

let lines: number[];
let startLines: StartLines;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  lines = [];
  startLines = new StartLines();
});

afterEach(() => jest.useRealTimers());

function begin(count: number): (() => void)[] {
  return Array.from({ length: count }, (_, run) => startLines.begin(() => lines.push(run)));
}

const upTo = (count: number) => Array.from({ length: count }, (_, run) => run);

describe('the line that a run begins', () => {
  it('is written before the run', () => {
    begin(1);
    expect(lines).toEqual([0]);
  });

  it('of the later ones of very many runs is written when all have begun', async () => {
    begin(1_000);
    expect(lines).toEqual(upTo(20));
    await nextTurn();
    expect(lines).toEqual(upTo(1_000));
  });

  it('is written once, before any other line of its run', async () => {
    const announce = begin(30);
    announce[27]?.();
    announce[5]?.();
    expect(lines).toEqual([...upTo(20), 27]);
    await nextTurn();
    expect(lines).toHaveLength(30);
  });

  it('is written first again a moment later', async () => {
    begin(30);
    jest.advanceTimersByTime(11);
    lines = [];
    begin(1);
    expect(lines).toEqual([0]);
  });
});
