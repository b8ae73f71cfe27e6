import { type IncomingHttpHeaders, STATUS_CODES } from 'node:http';
import axios, { AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { readJson } from '../answer/json-answer.js';
import { AttemptError } from '../policy/attempt.error.js';
import type { HttpAnswer } from '../request/http-request.js';

const JSON_TYPE = /^application\/(?:[^;\s]+\+)?json\b/i;
const [defaultTransform] = [axios.defaults.transformResponse].flat();

/**
 * A 2xx answer as axios sees it.
 *
 * @throws AttemptError `unreadable` for a body that says it is JSON and is not, which axios would
 * pass on as text, and `too large` for one that is longer than `maxContentLength`.
 */
export function successResponse(answer: HttpAnswer, config: InternalAxiosRequestConfig): AxiosResponse<unknown> {
  if (isTooLong(answer, config)) {
    throw new AttemptError('too large', `larger than ${config.maxContentLength} bytes`, answer);
  }
  const value = isJson(answer, config) ? readJson(answer) : undefined;
  // Of a string, axios' own transform would read the content a second time.
  const isRead = value !== undefined && typeof value !== 'string';
  return response(answer, config, isRead ? value : dataOf(answer, config));
}

/** Any other answer: as it came. None for one that is longer than `maxContentLength`. */
export function failureResponse(
  answer: HttpAnswer,
  config: InternalAxiosRequestConfig,
): AxiosResponse<unknown> | undefined {
  return isTooLong(answer, config) ? undefined : response(answer, config, dataOf(answer, config));
}

function isTooLong({ body }: HttpAnswer, { maxContentLength = -1 }: InternalAxiosRequestConfig): boolean {
  return maxContentLength >= 0 && body.length > maxContentLength;
}

function response(answer: HttpAnswer, config: InternalAxiosRequestConfig, data: unknown): AxiosResponse<unknown> {
  const { status, reason } = answer;
  const statusText = reason ?? STATUS_CODES[status] ?? '';
  return { data, status, statusText, headers: asNodeReads(answer.headers), config, request: null };
}

/** undici makes a list of every header that comes twice, and only of those. */
function asNodeReads(headers: IncomingHttpHeaders): AxiosHeaders {
  const read = new AxiosHeaders();
  for (const [name, value] of Object.entries(headers)) {
    read.set(name, name === 'set-cookie' ? [value ?? []].flat() : [value].flat().join(', '));
  }
  return read;
}

/**
 * Whether axios' own transform would parse the body, which comes to nothing where we have done so.
 */
function isJson({ headers }: HttpAnswer, config: InternalAxiosRequestConfig): boolean {
  const [transform, ...more] = [config.transformResponse].flat();
  const usual = transform === defaultTransform && more.length === 0 && !('parseReviver' in config);
  const { responseType, responseEncoding = 'utf8', transitional } = config;
  const wanted = responseType === 'json' || (!responseType && transitional?.forcedJSONParsing !== false);
  return usual && wanted && /^utf-?8$/i.test(responseEncoding) && JSON_TYPE.test(headers['content-type'] ?? '');
}

function dataOf({ body }: HttpAnswer, { responseType, responseEncoding }: InternalAxiosRequestConfig): unknown {
  if (responseType === 'arraybuffer') return body;
  const text = body.toString(responseEncoding as BufferEncoding | undefined);
  return !responseEncoding || responseEncoding === 'utf8' ? text.replace(/^\ufeff/, '') : text;
}
