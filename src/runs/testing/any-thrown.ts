import fc from 'fast-check';
import {
  LedgerUnavailableError,
  RunCancelledError,
  RunInterruptedError,
  RunLostError,
  RunTimedOutError,
  WorkerError,
} from '../errors.js';

/** What hostile code can do at any question about it. */
class Trap extends Error {}

const spring = (): never => {
  throw new Trap('a trap');
};

/** Every trap of a proxy springs. */
const hostile: ProxyHandler<object> = Object.fromEntries(
  Object.getOwnPropertyNames(Reflect).map((operation) => [operation, spring]),
);

const values = fc.anything({
  size: 'xsmall',
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSparseArray: true,
  withTypedArray: true,
});

const FIELDS = ['name', 'message', 'code', 'stack', 'cause', 'reason', 'toJSON', 'toString', 'then'] as const;
const field = fc.constantFrom(...FIELDS);

const errors = fc.constantFrom<() => Error>(
  () => new Error('plain'),
  () => new TypeError(''),
  () => new AggregateError([new Error('inner')], 'several'),
  () => new DOMException('aborted', 'AbortError'),
  () => new WorkerError('ours', 'OURS'),
  () => new RunCancelledError('by hand'),
  () => new RunInterruptedError('shutdown'),
  () => new RunTimedOutError('some_task', '1s'),
  () => new RunLostError('run-1'),
  () => new LedgerUnavailableError('disk full'),
);

/**
 * Whatever code can throw, reject with, return or report, each as a function that makes it anew:
 * values of every type, errors with odd or throwing fields, proxies, revoked ones too, and objects
 * without a prototype.
 */
export const anyThrown: fc.Arbitrary<() => unknown> = fc.oneof(
  values.map((value) => () => value),
  fc.constantFrom<() => unknown>(
    () => Symbol('odd'),
    () => spring,
    () => class Thrown {},
    () => 'x'.repeat(1e6),
    () => Object.create(null) as unknown,
    () => Object.create(new Proxy({}, hostile)) as unknown,
    circular,
  ),
  errors,
  fc.tuple(errors, field, values).map(
    ([make, name, value]) =>
      () =>
        withField(make(), name, { value }),
  ),
  fc
    .tuple(
      fc.oneof(
        errors,
        fc.constant(() => ({})),
      ),
      field,
    )
    .map(
      ([make, name]) =>
        () =>
          withField(make(), name, { get: spring }),
    ),
  errors.map((make) => () => new Error('wrapped', { cause: make() })),
  errors.map((make) => () => new Proxy(make(), hostile)),
  errors.map((make) => () => {
    const { proxy, revoke } = Proxy.revocable(make(), {});
    revoke();
    return proxy;
  }),
);

function withField(target: object, name: string, property: PropertyDescriptor): object {
  return Object.defineProperty(target, name, { configurable: true, ...property });
}

function circular(): unknown {
  const ring: Record<string, unknown> = {};
  ring['self'] = ring;
  return ring;
}
