import { z } from 'zod';
import type { HttpAnswer } from '../request/http-request.js';
import { anAnswer } from '../testing/requests.js';
import { anyAnswer } from './any-answer.js';
import { readAnswer, readJson } from './json-answer.js';

const bytes = (...body: number[]): HttpAnswer => ({ ...anAnswer(200), body: Buffer.from(body) });
const failure = (problem: string) => expect.objectContaining({ problem }) as Error;
const page = z.object({ items: z.array(z.object({ id: z.int() })) });

describe('readJson', () => {
  it.each([
    ['{"a":[1,"ä",null]}', { a: [1, 'ä', null] }],
    ['\ufeff{"a":1}', { a: 1 }],
    [' \n"text"\n', 'text'],
    ['null', null],
    ['', undefined],
    [' \r\n', undefined],
    ['\ufeff', undefined],
  ])('reads %j', (text, expected) => {
    expect(readJson(anAnswer(200, text))).toEqual(expected);
  });

  it.each([
    '<html>Welcome to the captive portal</html>',
    '{"items":[{"id":1},{"i',
    '{"a":1}{"b":2}',
    'OK',
    'NaN',
    "{'a':1}",
  ])('finds %j unreadable', (text) => {
    expect(() => readJson(anAnswer(200, text))).toThrow(failure('unreadable'));
  });

  it('finds bytes unreadable that are not valid UTF-8, and would become the id of another item', () => {
    expect(() => readJson(bytes(0x22, 0xff, 0x22))).toThrow(failure('unreadable'));
    expect(() => readJson({ ...anAnswer(200), body: Buffer.from('{"a":1}', 'utf16le') })).toThrow();
  });

  it('keeps a key of __proto__ as data', () => {
    const value = readJson(anAnswer(200, '{"__proto__":{"polluted":true}}')) as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    ['arrays', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['objects', '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)],
    ['something that does not end', '['.repeat(5_000_000)],
  ])('refuses %s in each other without end, on which JSON.stringify would fail later', (_, text) => {
    expect(() => readJson(anAnswer(200, text))).toThrow('nested more than 500 levels deep');
  });

  it('does not mistake brackets in texts, or next to each other, for depth', () => {
    const value = { text: '[{"\\'.repeat(1_000), list: Array.from({ length: 1_000 }, () => [{}]) };
    expect(readJson(anAnswer(200, JSON.stringify(value)))).toEqual(value);
  });
});

describe('readAnswer', () => {
  it('is the value that the schema makes of it', () => {
    expect(readAnswer(anAnswer(200, '{"items":[{"id":1,"more":true}]}'), page)).toEqual({ items: [{ id: 1 }] });
  });

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '"items"',
    '{"items":{}}',
    '{"items":[1]}',
    '{"items":[{"id":12345678901234567890}]}',
  ])('is unexpected for %j', (text) => {
    expect(() => readAnswer(anAnswer(200, text), page)).toThrow(failure('unexpected'));
  });

  it('says where the answer differs', () => {
    expect(() => readAnswer(anAnswer(200, '{"items":[{"id":1},{"id":"x"}]}'), page)).toThrow(
      /items\.1\.id: .*expected/,
    );
    expect(() => readAnswer(anAnswer(200, ''), page)).toThrow('does not match the expected schema (empty body)');
  });

  it.each([
    '',
    '{}',
    '{"id":1,"status":"processed"}',
    '[]',
    'null',
    'true',
    '{"error":null}',
    '{"error":""}',
    '{"errors":0}',
  ])('takes %j where any answer will do', (text) => {
    expect(() => readAnswer(anAnswer(200, text), anyAnswer)).not.toThrow();
  });

  it.each([
    '{"error":"no such table"}',
    '{"error":{"code":17}}',
    '{"success":false}',
    '{"ok":false}',
    '{"status":"error","message":"try later"}',
    '{"status":"Failed"}',
  ])('takes %j for a failure, whatever the schema', (text) => {
    for (const schema of [anyAnswer, z.record(z.string(), z.unknown())]) {
      expect(() => readAnswer(anAnswer(200, text), schema)).toThrow(failure('unexpected'));
    }
  });
});
