import { readJson } from '../answer/json-answer.js';
import { anAnswer } from '../testing/requests.js';
import { itemId } from './item-id.js';

const idOf = (json: string) => itemId.safeParse(readJson(anAnswer(200, json)));

describe('itemId', () => {
  it.each([
    ['17', '17'],
    ['"17"', '17'],
    ['"9007199254740993"', '9007199254740993'],
    ['9007199254740991', '9007199254740991'],
    ['-3', '-3'],
    ['"__proto__"', '__proto__'],
  ])('takes %s', (json, expected) => {
    expect(idOf(json)).toMatchObject({ success: true, data: expected });
  });

  it.each(['9007199254740992', '9007199254740993', '12345678901234567890', '1152921504606846976', '-9007199254740993'])(
    'refuses %s, which JSON.parse may have rounded into another id',
    (json) => {
      expect(idOf(json).success).toBe(false);
      expect(idOf(json).error?.message).toContain('2^53');
    },
  );

  it.each(['1.5', '1e400', 'null', 'true', '{}', '[]'])('refuses %s', (json) => {
    expect(idOf(json).success).toBe(false);
  });
});
