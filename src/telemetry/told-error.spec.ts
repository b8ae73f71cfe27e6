import { toldError } from './told-error.js';

describe('what is told of an error', () => {
  it.each([
    [
      'POST https://api.test:8443/v1/orders/alice/process answered 422 (3 attempts): "no such alice". See the log',
      'POST api.test:8443 answered 422 (CODE)',
    ],
    ['9 items failed in a row, the last with: PUT http://api.test/a%20b failed: reset', 'PUT api.test failed (CODE)'],
    ['GET https://me:secret@api.test/x answered 500', 'OrderError (CODE)'],
    ['Order 4711 of alice has no address', 'OrderError (CODE)'],
  ])('leaves out ids, paths and texts: %s', (message, told) => {
    expect(toldError({ name: 'OrderError', message, code: 'CODE' })).toBe(told);
  });

  it('leaves out names and codes that may be data', () => {
    expect(toldError({ name: 'of alice', message: '', code: 'order-4711' })).toBe('Error (ERROR)');
  });
});
