import { AnswerBody } from './answer-body.js';

const MIB = 1024 * 1024;

describe('The body of an answer', () => {
  it.each<[string, readonly number[]]>([
    ['nothing', []],
    ['one piece', [10]],
    ['empty pieces', [0, 5, 0]],
    ['small pieces', [1, 2, 3]],
    ['a hundred thousand single bytes', Array<number>(100_000).fill(1)],
    ['large pieces', [70_000, 65_536, MIB]],
    ['small and large pieces in turn', [1, 5_000, 1, 4_095, 4_096, 4_095, 70_000, 3, 65_536, 65_535, 1, 1]],
  ])('is all that was appended: %s', (_, sizes) => {
    const body = new AnswerBody();
    const pieces = sizes.map((size, index) => Buffer.alloc(size, index + 1));
    for (const piece of pieces) body.append(piece);
    expect(body.length).toBe(sizes.reduce((sum, size) => sum + size, 0));
    expect(body.take().equals(Buffer.concat(pieces))).toBe(true);
  });

  it('does not copy what comes in one piece', () => {
    const body = new AnswerBody();
    const piece = Buffer.from('{}');
    body.append(piece);
    expect(body.take()).toBe(piece);
  });

  it('stays whole in the hands of who took it', () => {
    const body = new AnswerBody();
    for (const letter of 'abc') body.append(Buffer.alloc(1_000, letter));
    const taken = body.take();
    body.append(Buffer.alloc(1_000, 'd'));
    body.append(Buffer.alloc(1_000, 'e'));
    expect(taken.toString()).toBe('a'.repeat(1_000) + 'b'.repeat(1_000) + 'c'.repeat(1_000));
  });
});
