import { itemId } from './item-id.js';

const idOf = (json: string) => itemId(JSON.parse(json));

describe('itemId', () => {
  it.each([
    ['17', '17'],
    ['"17"', '17'],
    ['"9007199254740993"', '9007199254740993'],
    ['9007199254740991', '9007199254740991'],
    ['-3', '-3'],
    ['"__proto__"', '__proto__'],
  ])('takes %s', (json, expected) => {
    expect(idOf(json)).toBe(expected);
  });

  it.each([
    ['9007199254740992', '9007199254740992 (rounded'],
    ['9007199254740993', '9007199254740992 (rounded'],
    ['12345678901234567890', '12345678901234567000 (rounded'],
    ['-9007199254740993', '-9007199254740992 (rounded'],
    ['1e400', 'Infinity (rounded'],
    ['1.5', '1.5 where'],
    ['null', 'null where'],
    ['true', 'true where'],
    ['{"id":"1"}', '{"id":"1"} where'],
    ['["1"]', '["1"] where'],
  ])('refuses %s, and says what it was', (json, shown) => {
    expect(() => idOf(json)).toThrow(expect.objectContaining({ code: 'BAD_ID' }) as Error);
    expect(() => idOf(json)).toThrow(`its id is ${shown}`);
  });

  it('refuses an id that is not there', () => {
    expect(() => itemId(undefined)).toThrow('it has no id');
  });

  it('shows an endless id in part', () => {
    const message = (() => {
      try {
        return idOf(JSON.stringify(['x'.repeat(10_000)]));
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(message.length).toBeLessThan(300);
  });
});
