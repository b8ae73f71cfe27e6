import { target } from './target.js';

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
