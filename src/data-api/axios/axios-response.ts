import { STATUS_CODES } from 'node:http';
import { Readable } from 'node:stream';
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
 * pass on as text.
 */
export function successResponse(answer: HttpAnswer, config: InternalAxiosRequestConfig): AxiosResponse<unknown> {
  const { maxContentLength = -1 } = config;
  if (maxContentLength >= 0 && answer.body.length > maxContentLength) {
    throw new AttemptError('too large', `larger than ${maxContentLength} bytes`, answer);
  }
  return response(answer, config, leavesJsonToUs(answer, config) ? (readJson(answer) ?? '') : dataOf(answer, config));
}

/** Any other answer: as it came. */
export function failureResponse(answer: HttpAnswer, config: InternalAxiosRequestConfig): AxiosResponse<unknown> {
  return response(answer, config, dataOf(answer, config));
}

function response(answer: HttpAnswer, config: InternalAxiosRequestConfig, data: unknown): AxiosResponse<unknown> {
  const headers = new AxiosHeaders(answer.headers as Record<string, string>);
  return { data, status: answer.status, statusText: STATUS_CODES[answer.status] ?? '', headers, config, request: null };
}

/** axios' own transform parses text only: an object passes through it as it is. */
function leavesJsonToUs({ headers }: HttpAnswer, config: InternalAxiosRequestConfig): boolean {
  const [transform, ...more] = [config.transformResponse].flat();
  const usual = transform === defaultTransform && more.length === 0 && !('parseReviver' in config);
  const wanted = config.responseType === undefined || config.responseType === 'json';
  return usual && wanted && JSON_TYPE.test(headers['content-type'] ?? '');
}

function dataOf({ body }: HttpAnswer, { responseType }: InternalAxiosRequestConfig): unknown {
  if (responseType === 'arraybuffer' || responseType === 'blob') return body;
  if (responseType === 'stream') return Readable.from([body]);
  return body.toString('utf8').replace(/^\ufeff/, '');
}
