import { errorText, itemIdOf, itemIdText, resultText } from './recorded-text.js';

describe('a recorded result', () => {
  it('is the JSON of what the task returned', () => {
    expect(resultText({ processed: 3 })).toBe('{"processed":3}');
  });

  it('is nothing when the task returned nothing', () => {
    expect(resultText(undefined)).toBeNull();
  });

  it.each([
    ['a BigInt', () => ({ count: 1n })],
    ['a cycle', cyclic],
    ['a toJSON that throws', () => ({ toJSON: () => JSON.parse('{') as unknown })],
  ])('is a note when it holds %s', (_, result) => {
    expect(resultText(result())).toMatch(/not recorded: it is not JSON/);
  });

  it('is a note when it is too long to keep', () => {
    expect(resultText('x'.repeat(70_000))).toMatch(/not recorded: its 70002 characters are more than 65536/);
  });
});

describe('a recorded error', () => {
  it('keeps the beginning of an endless message', () => {
    const text = errorText({ name: 'Error', message: 'x'.repeat(1_000_000), code: 'ERROR' });
    expect(text.length).toBeLessThan(5_000);
  });
});

describe('the id of an item', () => {
  it.each([
    ['an ordinary one', '4711'],
    ['an empty one', ''],
    ['one with a NUL', 'a\0b'],
    ['a lone surrogate', 'a\ud800'],
    ['one that looks like JSON', '"a\\u0000b"'],
    ['a prototype', '__proto__'],
    ['line breaks', 'a\r\nb'],
    ['10 kB', 'x'.repeat(10_000)],
  ])('comes back as it was: %s', (_, id) => {
    const text = itemIdText(id);
    expect(itemIdOf(text)).toBe(id);
    expect(text.isWellFormed()).toBe(true);
    expect(text).not.toContain('\0');
  });
});

function cyclic(): unknown {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  return cycle;
}
