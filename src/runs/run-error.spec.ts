import fc from 'fast-check';
import { WorkerError } from './errors.js';
import { toRunError } from './run-error.js';
import { anyThrown } from './testing/any-thrown.js';

describe('toRunError', () => {
  it.each([
    ['an error', new TypeError('boom'), { name: 'TypeError', message: 'boom', code: 'ERROR' }],
    ['a string', 'nonsense', { name: 'Error', message: 'nonsense', code: 'ERROR' }],
    ['nothing', undefined, { name: 'Error', message: 'undefined', code: 'ERROR' }],
    ['a symbol', Symbol('odd'), { name: 'Error', message: 'Symbol(odd)', code: 'ERROR' }],
    ['an object like an error', { message: 'boom', name: 'Odd' }, { name: 'Odd', message: 'boom', code: 'ERROR' }],
    ['an object', {}, { name: 'Error', message: '[object Object]', code: 'ERROR' }],
    [
      'one of ours',
      new WorkerError('down', 'UNREACHABLE'),
      { name: 'WorkerError', message: 'down', code: 'UNREACHABLE' },
    ],
    [
      'one of ours that a library has wrapped',
      new Error('failed', { cause: new WorkerError('down', 'UNREACHABLE') }),
      { name: 'WorkerError', message: 'down', code: 'UNREACHABLE' },
    ],
    [
      'an error without a message',
      Object.assign(new Error('lost'), { message: undefined }),
      { name: 'Error', message: 'Error', code: 'ERROR' },
    ],
    [
      'a revoked proxy',
      revokedProxy(),
      { name: 'Error', message: 'A value was thrown that cannot be described', code: 'ERROR' },
    ],
  ])('describes %s', (_, thrown, described) => {
    expect(toRunError(thrown)).toEqual(described);
  });

  it('cuts what is too long to keep', () => {
    const { name, message, code } = toRunError(
      Object.assign(new WorkerError('m'.repeat(1e6), 'C'.repeat(1e6)), { name: 'N'.repeat(1e6) }),
    );
    expect([name, message, code].map(({ length }) => length)).toEqual([201, 2_001, 201]);
  });

  it('describes whatever can be thrown, in three strings of bounded length', () => {
    fc.assert(
      fc.property(anyThrown, (make) => {
        const { name, message, code } = toRunError(make());
        return isText(name, 201) && name !== '' && isText(message, 2_001) && isText(code, 201) && code !== '';
      }),
      { numRuns: 10_000 },
    );
  });
});

function isText(value: unknown, maxChars: number): boolean {
  return typeof value === 'string' && value.length <= maxChars;
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
