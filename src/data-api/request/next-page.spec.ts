import { queryOf } from './next-page.js';

const PATH = '/api/v1/events';

describe('queryOf', () => {
  it.each([
    '/api/v1/events?cursor=a%2Bb&id=1&id=2',
    '?cursor=a%2Bb&id=1&id=2',
    'events?cursor=a%2Bb&id=1&id=2',
    'https://user:secret@elsewhere.example/prefix/api/v1/events?cursor=a%2Bb&id=1&id=2#top',
  ])('takes of %s the query alone', (address) => {
    expect(queryOf(address, PATH)).toEqual({ cursor: 'a+b', id: ['1', '2'] });
  });

  it.each(['/api/v1/others?token=s3cret', 'https://[', 'mailto:a@b?token=s3cret'])('does not follow %s', (address) => {
    expect(() => queryOf(address, PATH)).toThrow(/at another path, which is not followed: (?!.*s3cret)/);
  });
});
