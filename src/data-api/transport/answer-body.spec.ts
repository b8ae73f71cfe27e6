import { AnswerBody, ArrivingBytes } from './answer-body.js';

const MIB = 1024 * 1024;

describe('The body of an answer', () => {
  it('is what was appended, in one piece, in many, and in none', () => {
    for (const sizes of [
      [],
      [10],
      [0],
      [1, 2, 3],
      [70_000, 1, 70_000, 65_536, 131_072],
      Array<number>(1_000).fill(1),
    ]) {
      const body = new AnswerBody(new ArrivingBytes());
      const chunks = sizes.map((size, index) => Buffer.alloc(size, index));
      for (const chunk of chunks) expect(body.append(chunk)).toBe('fits');
      expect(body.join().equals(Buffer.concat(chunks))).toBe(true);
    }
  });

  it('does not copy what comes in one piece', () => {
    const body = new AnswerBody(new ArrivingBytes());
    const chunk = Buffer.from('{}');
    body.append(chunk);
    expect(body.join()).toBe(chunk);
  });

  it('may have 5 MiB and no byte more', () => {
    const body = new AnswerBody(new ArrivingBytes());
    expect(body.append(Buffer.alloc(5 * MIB))).toBe('fits');
    expect(body.append(Buffer.alloc(1))).toBe('too large');
  });

  it('shares 16 MiB with all that arrive at the same time, and gives its part back', () => {
    const arriving = new ArrivingBytes();
    const bodies = Array.from({ length: 5 }, () => new AnswerBody(arriving));
    expect(bodies.map((body) => body.append(Buffer.alloc(4 * MIB)))).toEqual([
      ...Array<string>(4).fill('fits'),
      'too crowded',
    ]);
    for (const body of bodies) body.release();
    for (const body of bodies) body.release();
    expect(arriving.sum).toBe(0);
  });
});
