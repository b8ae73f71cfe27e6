import { AnswerBody } from './answer-body.js';

const MIB = 1024 * 1024;

describe('The body of an answer', () => {
  it('is what was appended, in one piece, in many, and in none', () => {
    for (const sizes of [[], [10], [0], [0, 5, 0], [1, 2, 3], [70_000, 1, 70_000, 65_536, 131_072, MIB]]) {
      const body = new AnswerBody();
      const pieces = sizes.map((size, index) => Buffer.alloc(size, index));
      for (const piece of pieces) expect(body.append(piece)).toBe(true);
      expect(body.take().equals(Buffer.concat(pieces))).toBe(true);
    }
  });

  it('does not copy what comes in one piece', () => {
    const body = new AnswerBody();
    const piece = Buffer.from('{}');
    body.append(piece);
    expect(body.take()).toBe(piece);
  });

  it('stays whole in the hands of who took it', () => {
    const body = new AnswerBody();
    for (const letter of 'abc') body.append(Buffer.alloc(200_000, letter));
    const taken = body.take();
    body.discard();
    expect(taken.toString()).toBe('a'.repeat(200_000) + 'b'.repeat(200_000) + 'c'.repeat(200_000));
  });

  it('may have 5 MiB and no byte more, in one piece or in several', () => {
    const body = new AnswerBody();
    expect(body.append(Buffer.alloc(3 * MIB))).toBe(true);
    expect(body.append(Buffer.alloc(2 * MIB))).toBe(true);
    expect(body.append(Buffer.alloc(1))).toBe(false);
    expect(body.length).toBe(5 * MIB);
    expect(new AnswerBody().append(Buffer.alloc(5 * MIB + 1))).toBe(false);
  });
});
