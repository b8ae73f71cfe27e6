import fc from 'fast-check';
import { anyThrown } from '../runs/testing/any-thrown.js';
import { serializeError } from './error.serializer.js';

describe('serializeError', () => {
  it('keeps name, message, code, stack and the chain of causes', () => {
    const cause = Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED' });
    const error = new TypeError('request failed', { cause });
    expect(serializeError(error)).toEqual({
      type: 'TypeError',
      message: 'request failed',
      stack: error.stack,
      cause: { type: 'Error', message: 'connect refused', code: 'ECONNREFUSED', stack: cause.stack },
    });
  });

  it('leaves out what hangs on an error, such as the request with its headers', () => {
    const error = Object.assign(new Error('failed'), { config: { headers: { Authorization: 'Bearer x' } } });
    expect(Object.keys(serializeError(error) as object)).toEqual(['type', 'message', 'stack']);
  });

  it('shows each of several errors', () => {
    const error = new AggregateError([new Error('first'), 'second'], 'both failed');
    expect(serializeError(error)).toMatchObject({ errors: [{ message: 'first' }, 'second'] });
  });

  it('ends with a cause that causes itself', () => {
    const error = new Error('snake');
    error.cause = error;
    expect(JSON.stringify(serializeError(error))).toContain('snake');
  });

  it('passes on what is not an object', () => {
    expect(serializeError('text')).toBe('text');
  });

  it('describes an object that is not an error, and shows nothing else of it', () => {
    expect(serializeError({ message: 'odd', token: 'secret' })).toEqual({ type: 'Error', message: 'odd' });
  });

  it('never throws, whatever was thrown', () => {
    fc.assert(
      fc.property(anyThrown, (make) => void serializeError(make())),
      { numRuns: 2_000 },
    );
  });
});
