import { secretMask } from './secret-mask.js';

describe('secretMask', () => {
  it('masks every occurrence of every secret', () => {
    const mask = secretMask(['s3cr3t-one', 's3cr3t-two']);
    expect(mask('Bearer s3cr3t-one, s3cr3t-one and s3cr3t-two')).toBe('Bearer [redacted], [redacted] and [redacted]');
  });

  it('masks a secret as JSON and as URLs spell it', () => {
    const secret = 'a"b\\c/d';
    const mask = secretMask([secret]);
    expect(mask(JSON.stringify({ secret }))).toBe('{"secret":"[redacted]"}');
    expect(mask(`/path?key=${encodeURIComponent(secret)}`)).toBe('/path?key=[redacted]');
  });

  it('masks the longer one of two secrets whole', () => {
    expect(secretMask(['token', 'token-of-ops'])('token-of-ops')).toBe('[redacted]');
  });

  it('leaves lines alone when nothing is secret, or too short to be', () => {
    expect(secretMask([undefined, 'in'])('"level":"info"')).toBe('"level":"info"');
  });
});
