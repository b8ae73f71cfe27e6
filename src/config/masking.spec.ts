import { HIDDEN, shown, shownPath } from './masking.js';

describe('a value in a message', () => {
  it.each([
    ['plain', '"plain"'],
    ['https://api.example.com/base', '"https://api.example.com/base"'],
    ['postgres://worker:s3cret@db/worker', '"postgres://***@db/worker"'],
    ['postgres://worker:s3/c@re@t@db/worker', '"postgres://***@db/worker"'],
    ['http:worker:s3cret@api', '"http:***@api"'],
    ['worker:s3cret@api', '"***@api"'],
    ['https://api/base?key=s3cret', '"https://api/base?***"'],
    ['https://api/base#s3cret', '"https://api/base#***"'],
    ['a\nb', '"a\\nb"'],
  ])('is shown: %j as %s', (value, text) => {
    expect(shown(value)).toBe(text);
  });

  it('is cut when it is long', () => {
    expect(shown('x'.repeat(1_000)).length).toBeLessThan(100);
  });

  it.each(['/run/secrets/token', './token', '../token', 'C:\\token'])('is shown when it is the path %s', (path) => {
    expect(shownPath(path)).toBe(JSON.stringify(path));
  });

  it('is hidden when a path was expected and it could be the secret itself', () => {
    expect(shownPath('s3cret')).toBe(HIDDEN);
  });
});
