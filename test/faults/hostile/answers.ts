import { gzipSync } from 'node:zlib';
import type { Behaviour } from '../scripted-server.ts';
import type { Reply } from '../server/reply.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** About 50 kB that inflate to 52 MB. */
const GZIP_BOMB = gzipSync(`{"items": [${' '.repeat(52_000_000)}]}`);

const json =
  (text: string | Buffer): Behaviour =>
  (_, reply) =>
    reply.send(200, text, JSON_TYPE);

const raw =
  (misbehave: (reply: Reply) => void): Behaviour =>
  (_, reply) =>
    misbehave(reply);

/** Arrays in each other, as JSON. */
export const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

/** Answers 200 with a body that does not match the schema. `valid`: an honest answer. */
export function wrongBodies(valid: string): Readonly<Record<string, Behaviour>> {
  return {
    'a body of the wrong type': json('[1, 2, 3]'),
    'a field of the wrong type': json('{"items": {"0": {"id": "1"}}, "deleted_count": "3"}'),
    'an error in a 200': json('{"error": "internal error"}'),
    'a string': json('"ok"'),
    HTML: (_, reply) => reply.send(200, '<!doctype html><title>Login</title>', { 'content-type': 'text/html' }),
    'an empty body': json(''),
    null: json('null'),
    'a 204': (_, reply) => reply.head(204, {}),
    'truncated JSON': json(valid.slice(0, -2)),
    'two JSON documents': json(valid + valid),
    'bytes that are no UTF-8': json(Buffer.from('{"items": [{"id": "caf\u00e9"}]}', 'latin1')),
    'JSON a million levels deep': json(deep(1_000_000)),
    'a deep value in a field': json(`{"items": ${deep(500_000)}}`),
  };
}

/** Answers that break HTTP, or never end. */
export function brokenAnswers(valid: string): Readonly<Record<string, Behaviour>> {
  return {
    'a close-delimited body cut short': raw((reply) => {
      reply.head(200, { ...JSON_TYPE, connection: 'close' });
      reply.write(valid.slice(0, -3));
      reply.end();
    }),
    'a body shorter than its Content-Length': raw((reply) => {
      reply.head(200, { ...JSON_TYPE, 'content-length': String(valid.length + 10) });
      reply.write(valid);
      reply.end();
    }),
    'a body longer than its Content-Length': raw((reply) => {
      reply.head(200, { ...JSON_TYPE, 'content-length': String(valid.length - 3) });
      reply.write(valid);
    }),
    'two different Content-Lengths': raw((reply) => {
      reply.head(200, { ...JSON_TYPE, 'content-length': [String(valid.length), '3'] });
      reply.write(valid);
    }),
    'a bad chunk': raw((reply) => {
      reply.head(200, { ...JSON_TYPE, 'transfer-encoding': 'chunked' });
      reply.write('zz\r\nnonsense\r\n0\r\n\r\n');
    }),
    'chunks that stop': raw((reply) => {
      reply.head(200, { ...JSON_TYPE, 'transfer-encoding': 'chunked' });
      reply.write(`5\r\n${valid.slice(0, 5)}\r\n`);
      reply.end();
    }),
    'no HTTP at all': raw((reply) => reply.write('220 mail.example.com ESMTP\r\n')),
    'a gzip bomb': raw((reply) => reply.send(200, GZIP_BOMB, { ...JSON_TYPE, 'content-encoding': 'gzip' })),
    'gzip that is none': raw((reply) => reply.send(200, valid, { ...JSON_TYPE, 'content-encoding': 'gzip' })),
    'gzip cut short': raw((reply) => {
      reply.send(200, gzipSync(valid).subarray(0, -9), { ...JSON_TYPE, 'content-encoding': 'gzip' });
    }),
    'an unknown content coding': raw((reply) => {
      reply.send(200, valid, { ...JSON_TYPE, 'content-encoding': 'secret' });
    }),
    'an endless body': raw((reply) => {
      reply.head(200, { ...JSON_TYPE, 'transfer-encoding': 'chunked' });
      reply.flood(Buffer.from(`10000\r\n${' '.repeat(0x10000)}\r\n`));
    }),
    'endless headers': raw((reply) => {
      reply.write('HTTP/1.1 200 OK\r\n');
      reply.flood(Buffer.from(`X-Padding: ${'x'.repeat(1_000)}\r\n`));
    }),
    'one byte a second': raw((reply) => {
      reply.head(200, { ...JSON_TYPE, 'content-length': '1000' });
      const timer = setInterval(() => reply.write(' '), 100);
      reply.onClose(() => clearInterval(timer));
    }),
    'headers that never come': () => undefined,
    'a connection that is reset': raw((reply) => reply.reset()),
    'a connection that ends without an answer': raw((reply) => reply.end()),
    'interim answers for ever': raw((reply) => reply.flood(Buffer.from('HTTP/1.1 103 Early Hints\r\n\r\n'))),
  };
}

const CODES: Readonly<Record<string, string>> = {
  'a body shorter than its Content-Length': 'UNREACHABLE',
  'two different Content-Lengths': 'UNREACHABLE',
  'a bad chunk': 'UNREACHABLE',
  'chunks that stop': 'UNREACHABLE',
  'no HTTP at all': 'UNREACHABLE',
  'endless headers': 'UNREACHABLE',
  'one byte a second': 'REQUEST_TIMEOUT',
  'headers that never come': 'UNREACHABLE',
  'a connection that is reset': 'UNREACHABLE',
  'a connection that ends without an answer': 'UNREACHABLE',
  'interim answers for ever': 'UNREACHABLE',
};

/** The error code that such an answer ends in; `BAD_ANSWER` for all others. */
export function codeOf(name: string): string {
  return CODES[name] ?? 'BAD_ANSWER';
}
