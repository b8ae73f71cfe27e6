import { readJson } from '../answer/json-answer.js';
import { ItemIdError } from '../data-api.errors.js';
import { anAnswer } from '../testing/requests.js';
import { itemId } from './item-id.js';

const idOf = (json: string) => itemId(readJson(anAnswer(200, json)), '/api/v1/orders');

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
  ])('refuses %s, and says what it was and where', (json, shown) => {
    expect(() => idOf(json)).toThrow(ItemIdError);
    expect(() => idOf(json)).toThrow(`/api/v1/orders shows it with the id ${shown}`);
  });

  it('refuses an id that is not there', () => {
    expect(() => itemId(undefined, '/api/v1/orders')).toThrow('shows it with no id');
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
