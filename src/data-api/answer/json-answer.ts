import { isUtf8 } from 'node:buffer';
import type { z } from 'zod';
import { AttemptError } from '../policy/attempt.error.js';
import type { HttpAnswer } from '../request/http-request.js';
import { isTooDeep, MAX_LEVELS } from './nesting.js';
import { reportOfFailure } from './report-of-failure.js';

const BOM = 0xfeff;
const MAX_SHOWN_ISSUES = 3;

/**
 * The value of a JSON body; undefined for an empty one. Ignores a byte order mark (RFC 8259 §8.1).
 *
 * @throws AttemptError `unreadable` for anything else: HTML, a body cut off, invalid UTF-8.
 */
export function readJson(answer: HttpAnswer): unknown {
  const { body } = answer;
  if (body.length === 0) return undefined;
  // Decoding would replace what it does not understand, and turn an id into another id.
  if (!isUtf8(body)) throw new AttemptError('unreadable', 'not valid UTF-8', answer);
  const text = body.toString('utf8');
  const json = text.charCodeAt(0) === BOM ? text.slice(1) : text;
  if (json.trim() === '') return undefined;
  if (isTooDeep(json)) throw new AttemptError('unreadable', `nested more than ${MAX_LEVELS} levels deep`, answer);
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new AttemptError('unreadable', 'not JSON, or cut off', answer, { cause: error });
  }
}

/**
 * The value of an answer that proves success.
 *
 * @throws AttemptError `unreadable` as above, or `unexpected` for a value that does not match the
 * schema, or that reports a failure.
 */
export function readAnswer<T>(answer: HttpAnswer, schema: z.ZodType<T>): T {
  const value = readJson(answer);
  const failure = reportOfFailure(value);
  if (failure) throw new AttemptError('unexpected', `reports a failure (${failure})`, answer);
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new AttemptError('unexpected', `does not match the expected schema (${describe(read.error, value)})`, answer);
}

function describe(error: z.ZodError, value: unknown): string {
  if (value === undefined) return 'empty body';
  const issues = error.issues.slice(0, MAX_SHOWN_ISSUES);
  return issues.map(({ path, message }) => `${path.join('.') || '(root)'}: ${message}`).join('; ');
}
