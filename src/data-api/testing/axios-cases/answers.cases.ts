import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { aCase, answering, type AxiosCase, get, json, JSON_TYPE } from './axios-case.js';

const TEXT = { 'content-type': 'text/plain' };
const body = '{"a":"ü"}';
const coded = (coding: string, bytes: Buffer): AxiosCase =>
  get(`the coding ${coding}`, {}, answering(200, bytes, { ...JSON_TYPE, 'content-encoding': coding }));
const encoded = (responseEncoding: string, text: string | Buffer = '\ufeffü'): AxiosCase =>
  get(`responseEncoding ${responseEncoding}`, { responseEncoding }, answering(200, text, TEXT));

export const answerCases: readonly AxiosCase[] = [
  ...['{"a":1}', '[1]', 'null', 'true', 'false', '0', '1.5', '"text"', '"123"', '""', '', ' ', '\ufeff{"a":1}'].map(
    (text) => get(`the JSON ${JSON.stringify(text)}`, {}, json(text)),
  ),
  get(
    'JSON of a type of its own',
    {},
    answering(200, body, { 'content-type': 'application/problem+json; charset=utf-8' }),
  ),
  get('JSON without a type', {}, answering(200, body)),
  get('JSON as text', {}, answering(200, body, TEXT)),
  get('an answer of text', {}, answering(200, 'text ü', TEXT)),
  get('text with a byte order mark', {}, answering(200, '\ufefftext', TEXT)),
  get('HTML', {}, answering(200, '<p>', { 'content-type': 'text/html' })),
  get('bytes that are not UTF-8', {}, answering(200, Buffer.from([0xff, 0x61]), TEXT)),
  get('201', {}, answering(201, body, { ...JSON_TYPE, location: '/a/1' })),
  get('204', {}, answering(204)),
  get('JSON with a reviver', { parseReviver: (_, value: unknown) => (value === 1 ? 2 : value) }, json('{"a":1}')),
  get('responseType json of text', { responseType: 'json' }, answering(200, body, TEXT)),
  get('responseType json of damaged text', { responseType: 'json' }, answering(200, '{', TEXT)),
  get(
    'responseType json of damaged text that shall not pass',
    { responseType: 'json', transitional: { silentJSONParsing: false } },
    answering(200, '{', TEXT),
  ),
  get('JSON that shall not be parsed', { transitional: { forcedJSONParsing: false } }, json(body)),
  get('responseType text of JSON', { responseType: 'text' }, json(body)),
  get(
    'responseType arraybuffer',
    { responseType: 'arraybuffer' },
    answering(200, Buffer.from([0xef, 0xbb, 0xbf, 0, 255])),
  ),
  get('responseType arraybuffer of JSON', { responseType: 'arraybuffer' }, json(body)),
  get('responseType blob', { responseType: 'blob' }, answering(200, 'text', TEXT)),
  get('responseType document', { responseType: 'document' }, answering(200, '<p>', TEXT)),
  get('a transform of the answer', { transformResponse: (data: string) => `<${data}>` }, json(body)),
  get(
    'a transform that throws',
    {
      transformResponse: () => {
        throw new TypeError('odd');
      },
    },
    json(body),
  ),
  encoded('utf8'),
  encoded('latin1', Buffer.from([0xfc])),
  encoded('base64'),
  encoded('hex'),
  encoded('utf16le', Buffer.from('ü', 'utf16le')),
  get(
    'responseEncoding latin1 of JSON',
    { responseEncoding: 'latin1' },
    answering(200, Buffer.from('{"a":"ü"}', 'latin1'), JSON_TYPE),
  ),
  coded('gzip', gzipSync(body)),
  coded('x-gzip', gzipSync(body)),
  coded('GZIP', gzipSync(body)),
  coded('deflate', deflateSync(body)),
  coded('br', brotliCompressSync(body)),
  coded('zstd', zstdCompressSync(body)),
  coded('identity', Buffer.from(body)),
  coded('utf-8', Buffer.from(body)),
  get('gzip of nothing', {}, answering(200, gzipSync(''), { 'content-encoding': 'gzip' })),
  get(
    'deflate without its header',
    {},
    answering(200, deflateRawSync(body), { ...JSON_TYPE, 'content-encoding': 'deflate' }),
  ),
  get('gzip of a 404', {}, answering(404, gzipSync(body), { ...JSON_TYPE, 'content-encoding': 'gzip' })),
  aCase(
    'HEAD with a coding',
    (http) => http.head('/a'),
    answering(200, '', { 'content-encoding': 'gzip', 'content-length': '10' }),
  ),
  get('one cookie', {}, answering(200, body, { 'set-cookie': 'a=1' })),
  get('two cookies', {}, answering(200, body, { 'set-cookie': ['a=1', 'b=2'] })),
  get(
    'an answer with a header twice',
    {},
    answering(200, body, { 'x-twice': ['1', '2'], link: ['<a>; rel=next', '<b>; rel=last'] }),
  ),
  get('an answer with a header in Latin-1', {}, answering(200, body, { 'x-name': 'Zoë' })),
  get('an empty header', {}, answering(200, body, { 'x-empty': '' })),
  get('words of its own after the status', {}, (response) => response.writeHead(200, 'Fine', JSON_TYPE).end(body)),
  get('an answer in pieces', {}, (response) => {
    response.writeHead(200, JSON_TYPE).write('{"a":');
    response.end('1}');
  }),
  get('early hints', {}, (response) => {
    response.writeEarlyHints({ link: '</a.css>; rel=preload' });
    response.writeHead(200, JSON_TYPE).end(body);
  }),
];
