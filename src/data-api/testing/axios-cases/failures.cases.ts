import { gzipSync } from 'node:zlib';
import axios, { type AxiosRequestConfig } from 'axios';
import { aCase, answering, type Answer, type AxiosCase, get, json, JSON_TYPE, post } from './axios-case.js';

const problem = '{"detail":"no"}';
const never: Answer = () => {};
const raw =
  (text: string): Answer =>
  (response) =>
    void response.socket?.end(text);
/** A POST without a key: nothing is sent again. */
const status = (code: number, config: AxiosRequestConfig = {}): AxiosCase =>
  post(
    `${code}${config.validateStatus === undefined ? '' : `, ${String(config.validateStatus)}`}`,
    {},
    config,
    answering(code, problem, JSON_TYPE),
  );
const SOON = { timeout: 40 };
const LATE = { mayNotArrive: true };

export const failureCases: readonly AxiosCase[] = [
  ...[300, 301, 302, 304, 307, 400, 401, 403, 404, 405, 409, 410, 418, 422, 425, 429, 499].map((code) => status(code)),
  ...[500, 501, 502, 503, 504, 505, 520, 599].map((code) => status(code)),
  ...[200, 302, 401, 404, 429, 500].map((code) => status(code, { validateStatus: null })),
  status(200, { validateStatus: (code) => code === 404 }),
  status(404, { validateStatus: (code) => code === 404 }),
  status(204, { validateStatus: () => false }),
  status(503, { validateStatus: (code) => code < 600 }),
  get('a 404 as bytes', { responseType: 'arraybuffer' }, answering(404, problem, JSON_TYPE)),
  get('a 404 as text', { responseType: 'text' }, answering(404, problem, JSON_TYPE)),
  get('a 404 without a body', {}, answering(404)),
  get('a 404 of HTML', {}, answering(404, '<p>', { 'content-type': 'text/html' })),
  get('a 404 of damaged JSON', {}, answering(404, '{', JSON_TYPE)),
  get('an answer of maxContentLength', { maxContentLength: 7 }, json('{"a":1}')),
  get('an answer beyond maxContentLength', { maxContentLength: 6 }, json('{"a":1}')),
  get('no answer within maxContentLength', { maxContentLength: 0 }, answering(200, '')),
  get('a 404 beyond maxContentLength', { maxContentLength: 6 }, answering(404, problem)),
  get(
    'a coded answer beyond maxContentLength',
    { maxContentLength: 50 },
    answering(200, gzipSync('x'.repeat(1_000)), { 'content-encoding': 'gzip' }),
  ),
  post('a connection that is reset', {}, {}, (response) => void response.socket?.resetAndDestroy()),
  post('a connection that ends without an answer', {}, {}, (response) => void response.socket?.end()),
  post('an answer that is cut off', {}, {}, raw('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{')),
  post(
    'an answer in pieces that is cut off',
    {},
    {},
    raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{'),
  ),
  post('what is not HTTP', {}, {}, raw('SSH-2.0-OpenSSH\r\n'), { code: 'ERR_NETWORK' }),
  post('headers that are not HTTP', {}, {}, raw('HTTP/1.1 200 OK\r\nno colon\r\n\r\n'), { code: 'ERR_NETWORK' }),
  post('damaged gzip', {}, {}, answering(200, Buffer.from('not gzip'), { 'content-encoding': 'gzip' }), {
    code: 'ERR_BAD_RESPONSE',
  }),
  aCase('a port that is closed', (http) => http.post('http://127.0.0.1:1/a', {})),
  post('no answer in time', {}, SOON, never, LATE),
  post('no answer in time, with a message', {}, { ...SOON, timeoutErrorMessage: 'too slow' }, never, LATE),
  post('no answer in time, clarified', {}, { ...SOON, transitional: { clarifyTimeoutError: true } }, never, LATE),
  post('a timeout as text', {}, { timeout: '40' as unknown as number }, never, LATE),
  post('a timeout that is not a number', {}, { timeout: 'soon' as unknown as number }),
  post('a timeout without an end', {}, { timeout: Infinity }),
  post('an answer that does not end in time', {}, SOON, (response) => response.writeHead(200).write('{'), LATE),
  aCase('a signal that has aborted', (http) => http.post('/a', {}, { signal: AbortSignal.abort() })),
  aCase('a signal that aborts', (http) => http.post('/a', {}, { signal: AbortSignal.timeout(40) }), never, LATE),
  aCase(
    'a cancel token',
    (http) => {
      const source = axios.CancelToken.source();
      const answer = http.post('/a', {}, { cancelToken: source.token });
      setTimeout(() => source.cancel('enough'), 40);
      return answer;
    },
    never,
    LATE,
  ),
  aCase('a cancel token that was used', (http) => {
    const source = axios.CancelToken.source();
    source.cancel('enough');
    return http.post('/a', {}, { cancelToken: source.token });
  }),
  aCase('another protocol', (http) => http.get('ftp://127.0.0.1/a')),
];
