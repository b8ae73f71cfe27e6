import { ItemIdError } from '../data-api.errors.js';
import { path, target } from './path.js';

const process = (id: string | number) => path`/api/v1/orders/${id}/process`;

describe('path', () => {
  it.each([
    ['17', '/api/v1/orders/17/process'],
    [17, '/api/v1/orders/17/process'],
    [-1, '/api/v1/orders/-1/process'],
    ['a/b', '/api/v1/orders/a%2Fb/process'],
    ['?', '/api/v1/orders/%3F/process'],
    ['#', '/api/v1/orders/%23/process'],
    ['a b', '/api/v1/orders/a%20b/process'],
    ['%2e%2e', '/api/v1/orders/%252e%252e/process'],
    ['../..', '/api/v1/orders/..%2F../process'],
    ['...', '/api/v1/orders/.../process'],
    ['ä€😀', '/api/v1/orders/%C3%A4%E2%82%AC%F0%9F%98%80/process'],
    ['__proto__', '/api/v1/orders/__proto__/process'],
    ['9007199254740993', '/api/v1/orders/9007199254740993/process'],
    ['x'.repeat(1_024), `/api/v1/orders/${'x'.repeat(1_024)}/process`],
  ])('keeps %j within its segment', (id, expected) => {
    expect(process(id)).toBe(expected);
  });

  it.each([
    ['nothing', ''],
    ['this directory', '.'],
    ['the one above', '..'],
    ['a line break', 'a\r\nb'],
    ['NUL', '\0'],
    ['a C1 control', '\u0085'],
    ['half a character', 'a\ud800'],
    ['its other half', '\udc00b'],
    ['10 kB', 'x'.repeat(10_240)],
    ['2^53', 2 ** 53],
    ['2^60', 2 ** 60],
    ['a fraction', 1.5],
    ['NaN', NaN],
    ['infinity', Infinity],
  ])('refuses %s', (_, id) => {
    expect(() => process(id)).toThrow(ItemIdError);
    expect(() => process(id)).toThrow(expect.objectContaining({ code: 'BAD_ID', attempts: 0 }) as Error);
  });

  it('shows a refused id on one short line', () => {
    const message = (() => {
      try {
        return process(`\u001b[2J\n${'x'.repeat(10_000)}`);
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(message.length).toBeLessThan(200);
    // eslint-disable-next-line no-control-regex -- that is the point
    expect(message).not.toMatch(/[\u0000-\u001f]/);
  });

  it('takes several ids, and none', () => {
    expect(path`/a/${1}/b/${'c/d'}`).toBe('/a/1/b/c%2Fd');
    expect(path`/a`).toBe('/a');
  });
});

describe('target', () => {
  it('is the path behind the prefix of the base URL', () => {
    expect(target('/base', '/api/v1/sync', undefined)).toBe('/base/api/v1/sync');
  });

  it('encodes the query and leaves out what is undefined', () => {
    const query = { status: 'a&b=c', limit: 100, all: false, offset: undefined, 'x y': '+' };
    expect(target('', '/a', query)).toBe('/a?status=a%26b%3Dc&limit=100&all=false&x%20y=%2B');
    expect(target('', '/a', { offset: undefined })).toBe('/a');
  });

  it.each([
    '',
    'a',
    '/a/../b',
    '/a/..',
    '/./a',
    '/a/%2e%2E/b',
    '/a/.%2e',
    '/a?b',
    '/a#b',
    '/a b',
    '/a\\b',
    '/ä',
    '/a\n',
  ])('refuses %j', (path) => {
    expect(() => target('', path, undefined)).toThrow(TypeError);
  });

  it.each(['/a', '/', '/a.b/..c/d..', '/a/...', '/a%2F..%2F', '/a;b=c,d:e@f'])('takes %j', (path) => {
    expect(target('', path, undefined)).toBe(path);
  });
});
