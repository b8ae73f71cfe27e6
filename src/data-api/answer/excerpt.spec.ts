import { excerpt } from './excerpt.js';

const of = (text: string, secret?: string) => excerpt(Buffer.from(text), secret);

describe('excerpt', () => {
  it('shows the beginning, on one line', () => {
    expect(of('<html>\r\n\t<h1>Bad\u0000 Gateway</h1>')).toBe('"<html> <h1>Bad Gateway</h1>"');
    expect(of('x'.repeat(1_000))).toBe(`"${'x'.repeat(160)}…"`);
  });

  it('lets nothing reach the terminal that moves the cursor or turns the text around', () => {
    // eslint-disable-next-line no-control-regex -- that is the point
    expect(of('\u001b[2Ja\u202eb\u2066c\u009bd\u007f')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e\u2066]/);
  });

  it('hides the secret wherever it stands, also at the edge', () => {
    expect(of('token s3cret is wrong, s3cret!', 's3cret')).toBe('"token (hidden) is wrong, (hidden)!"');
    expect(of(`${'x'.repeat(157)}s3cret`, 's3cret')).not.toContain('s3c');
  });

  it('survives bytes that are no text', () => {
    expect(excerpt(Buffer.from([0xff, 0x00, 0x61]), undefined)).toBe('"a"');
  });
});
