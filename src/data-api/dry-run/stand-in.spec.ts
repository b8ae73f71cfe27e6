import { z } from 'zod';
import { anyAnswer } from '../answer/any-answer.js';
import { standIn } from './stand-in.js';

describe('A stand-in', () => {
  it.each([
    [anyAnswer, undefined],
    [z.object({ archived: z.number(), note: z.string().optional() }), { archived: 0 }],
    [z.object({ deleted: z.number().int().positive() }), { deleted: 1 }],
    [z.looseObject({ items: z.array(z.object({ id: z.string() })), next: z.string().nullish() }), { items: [] }],
    [
      z.object({ at: z.iso.datetime(), state: z.enum(['new', 'old']) }),
      { at: '1970-01-01T00:00:00.000Z', state: 'new' },
    ],
    [z.union([z.literal('a'), z.literal('b')]), 'a'],
    [z.array(z.number()), []],
    [z.string().min(3), 'xxx'],
    [z.string().transform((text) => text.length), 0],
    [z.object({ a: z.number() }).default({ a: 5 }), { a: 5 }],
  ])('is a plain value that the schema takes: case %#', (schema, value) => {
    expect(standIn(schema as z.ZodType)).toEqual(value);
  });

  it.each([
    [z.string().refine((text) => text === 'one of a kind'), ''],
    [z.object({ id: z.string().regex(/^INV-\d+$/), lines: z.array(z.number()).min(2) }), { id: '', lines: [0, 0] }],
    [z.object({ total: z.number().multipleOf(5).min(3) }), { total: 3 }],
  ])('has the parts that the schema names where its rules cannot be guessed: case %#', (schema, value) => {
    expect(standIn(schema as z.ZodType)).toEqual(value);
  });
});
