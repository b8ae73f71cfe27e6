import { idempotencyKey } from './idempotency-key.js';

describe('idempotencyKey', () => {
  it.each(['process:17', 'remind:a/b:2026-11-23T12', 'x'.repeat(255)])('is %p itself', (key) => {
    expect(idempotencyKey(key)).toBe(key);
  });

  it.each(['', 'x'.repeat(256), 'process:a b', 'process:ä', 'process:\r\nx-evil: 1', 'process:\ud800'])(
    'is always the same hash for %p, which cannot be a header',
    (key) => {
      expect(idempotencyKey(key)).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(idempotencyKey(key)).toBe(idempotencyKey(key));
    },
  );

  it('tells keys apart, also where only half characters differ', () => {
    const keys = ['process:ä', 'process:ö', 'process:\ud800', 'process:\ud801', 'process:\ufffd'];
    expect(new Set(keys.map(idempotencyKey)).size).toBe(keys.length);
  });
});
