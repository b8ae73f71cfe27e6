import { connectionProblem } from './connection-problem.js';

const withCode = (code: string) => Object.assign(new Error(code), { code });

describe('connectionProblem', () => {
  it.each([
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  ])('takes %s for the wrong server, not for bad weather', (code) => {
    expect(connectionProblem(withCode(code), false)).toBe('identity');
  });

  it.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'UND_ERR_CONNECT_TIMEOUT',
    'ECONNRESET',
    'ERR_SSL_WRONG_VERSION_NUMBER',
  ])('knows by whether the request had begun to leave what %s means', (code) => {
    expect(connectionProblem(withCode(code), false)).toBe('not sent');
    expect(connectionProblem(withCode(code), true)).toBe('broken');
  });

  it.each(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS'])('takes %s for a shortage of this machine', (code) => {
    expect(connectionProblem(withCode(code), false)).toBe('no socket');
    const everyAddress = new AggregateError([withCode(code), withCode(code)]);
    expect(connectionProblem(everyAddress, false)).toBe('no socket');
  });

  it('copes with errors that have no code', () => {
    expect(connectionProblem(new Error('odd'), true)).toBe('broken');
  });
});
