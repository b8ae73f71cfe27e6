import { excerpt } from '../data-api/answer/excerpt.js';
import { errorText, resultText } from '../ledger/sql/recorded-text.js';
import { explain } from '../process/explanation.js';
import { toRunError } from '../runs/run-error.js';
import { loadSettings } from './load-settings.js';
import { maskSecrets, secretMask } from './secret-mask.js';

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

  it('masks a secret as base64, hex and percent-encoding spell it, wherever it begins', () => {
    const secret = 's3cret-Token/of+the?suite';
    const mask = secretMask([secret]);
    const hex = Buffer.from(secret).toString('hex');
    const spelled = [
      ...['', 'a', 'ab', 'user:'].map((before) => Buffer.from(`${before}${secret}!`).toString('base64')),
      ...['', 'a', 'ab'].map((before) => Buffer.from(before + secret).toString('base64url')),
      ...[
        hex,
        hex.toUpperCase(),
        hex.replaceAll(/../g, '%$&'),
        encodeURIComponent(secret).replaceAll(/%../g, (code) => code.toLowerCase()),
      ],
      encodeURIComponent(secret),
    ];
    for (const text of spelled) {
      const masked = mask(`before ${text} after`);
      expect(masked).toMatch(/^before \S{0,8}\[redacted\]\S{0,4} after$/);
    }
  });

  it('is the one mask for every secret of the environment', () => {
    loadSettings({
      DATA_API_URL: 'http://127.0.0.1:9',
      DATA_API_TOKEN: 'the-token-of-the-api',
      BILLING_API_KEY: 'the-key-of-another-program',
      HTTPS_PROXY: 'http://user:pass%2Fof-proxy@proxy:8080',
    });
    const text = 'the-token-of-the-api the-key-of-another-program pass/of-proxy pass%2Fof-proxy';
    const redacted = '[redacted] [redacted] [redacted] [redacted]';
    expect(maskSecrets(text)).toBe(redacted);
    expect(toRunError(new Error(text)).message).toBe(redacted);
    expect(resultText({ text })).toBe(JSON.stringify({ text: redacted }));
    expect(errorText({ name: 'E', message: text, code: 'E' })).toContain(redacted);
    expect(excerpt(Buffer.from(text), undefined)).toBe(JSON.stringify(redacted));
    expect(explain(new Error(text))).toContain(`Error: ${redacted}`);
    const cutInHalf = toRunError(new Error(`${'x'.repeat(1_990)}${text}`)).message;
    expect(cutInHalf).not.toContain('the-token');
  });

  it('leaves lines alone when nothing is secret, or too short to be', () => {
    expect(secretMask([undefined, 'in'])('"level":"info"')).toBe('"level":"info"');
  });
});
