import { isUtf8 } from 'node:buffer';
import type { z } from 'zod';
import { AttemptError } from '../policy/attempt.error.js';
import type { HttpAnswer } from '../request/http-request.js';
import { isTooDeep } from './nesting.js';
import { reportOfFailure } from './report-of-failure.js';

const BOM = 0xfeff;

/**
 * The value of a JSON body; undefined for an empty one. A byte order mark is ignored (RFC 8259 §8.1 allows that).
 *
 * @throws AttemptError `unreadable` for anything else: HTML, a body that was cut off, bytes that are no UTF-8.
 */
export function readJson(answer: HttpAnswer): unknown {
  const { body } = answer;
  if (body.length === 0) return undefined;
  // Decoding would replace what it does not understand, and make another id of an id.
  if (!isUtf8(body)) throw new AttemptError('unreadable', 'it is no UTF-8', answer);
  const text = body.toString('utf8');
  const json = text.charCodeAt(0) === BOM ? text.slice(1) : text;
  if (json.trim() === '') return undefined;
  if (isTooDeep(json)) throw new AttemptError('unreadable', 'it is nested too deeply', answer);
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new AttemptError('unreadable', 'it is no JSON, or cut off', answer, { cause: error });
  }
}

/**
 * The value of an answer that proves success.
 *
 * @throws AttemptError `unreadable` as above, or `unexpected` for a value of another shape than agreed and for one that
 * reports a failure.
 */
export function readAnswer<T>(answer: HttpAnswer, schema: z.ZodType<T>): T {
  const value = readJson(answer);
  const failure = reportOfFailure(value);
  if (failure) throw new AttemptError('unexpected', `it reports a failure (${failure})`, answer);
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new AttemptError('unexpected', `it is not as agreed (${describe(read.error, value)})`, answer);
}

function describe(error: z.ZodError, value: unknown): string {
  if (value === undefined) return 'it is empty';
  const issues = error.issues.slice(0, 3).map(({ path, message }) => `${path.join('.') || 'all of it'}: ${message}`);
  return issues.join('; ');
}
