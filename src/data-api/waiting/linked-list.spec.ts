import { LinkedList } from './abort-watch.js';

function drained<T>(list: LinkedList<T>): T[] {
  const values: T[] = [];
  for (let value = list.shift(); value !== undefined; value = list.shift()) values.push(value);
  return values;
}

describe('LinkedList', () => {
  it('gives values in the order in which they came', () => {
    const list = new LinkedList<string>();
    for (const value of ['a', 'b', 'c']) list.push(value);
    expect(list.first).toBe('a');
    expect(drained(list)).toEqual(['a', 'b', 'c']);
    expect(list.isEmpty).toBe(true);
    expect(list.first).toBeUndefined();
  });

  it.each([
    [0, ['b', 'c']],
    [1, ['a', 'c']],
    [2, ['a', 'b']],
  ])('lets the one at %i leave, and takes more', (index, left) => {
    const list = new LinkedList<string>();
    const links = ['a', 'b', 'c'].map((value) => list.push(value));
    links[index]?.remove();
    links[index]?.remove();
    list.push('d');
    expect(drained(list)).toEqual([...left, 'd']);
  });

  it('holds nothing more, and is held by nothing more, when all have left', () => {
    const list = new LinkedList<string>();
    const links = ['a', 'b'].map((value) => list.push(value));
    list.shift();
    links[1]?.remove();
    expect(list.isEmpty).toBe(true);
    for (const { next, previous } of links) expect([next, previous]).toEqual([undefined, undefined]);
  });
});
