import { GrowingMemory } from './growing-memory.js';

const KIB = 1024;
const MIB = 1024 * KIB;

describe('Growing memory', () => {
  it.each<[string, readonly number[]]>([
    ['nothing', []],
    ['an empty piece', [0]],
    ['one piece', [10]],
    ['pieces that double it', [1, 2, 4, 8]],
    ['a thousand single bytes', Array<number>(1_000).fill(1)],
    ['pieces from small to large', [70 * KIB, 1, 70 * KIB, 512 * KIB, 1, 2 * MIB]],
    ['as much as it may hold', [256 * KIB, 4 * MIB - 256 * KIB]],
  ])('has a copy of %s', (_, sizes) => {
    const memory = new GrowingMemory(4 * MIB);
    const pieces = sizes.map((size, index) => Buffer.alloc(size, index + 1));
    for (const piece of pieces) memory.append(piece);
    expect(memory.copy().equals(Buffer.concat(pieces))).toBe(true);
  });

  it('does not touch a copy any more when it is freed', () => {
    const memory = new GrowingMemory(MIB);
    for (let appended = 0; appended < 8; appended++) memory.append(Buffer.alloc(100 * KIB, appended));
    const copy = memory.copy();
    memory.free();
    expect([copy.length, copy.at(0), copy.at(-1)]).toEqual([800 * KIB, 0, 7]);
  });
});
