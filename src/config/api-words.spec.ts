import { apiTitle, credentialAdvice } from './api-words.js';
import type { ApiCredentials } from './settings.js';

describe('The words for an API', () => {
  it('name it, and keep the name of the first one', () => {
    expect(apiTitle('data')).toBe('Data API');
    expect(apiTitle('billing-eu')).toBe('API billing-eu');
  });

  it.each<[ApiCredentials | undefined, RegExp]>([
    [undefined, /^Check BILLING_API_TOKEN /],
    [{ kind: 'token', token: 't' }, /^Check BILLING_API_TOKEN /],
    [{ kind: 'basic', username: 'ada', password: 'p' }, /^Check BILLING_API_USERNAME and BILLING_API_PASSWORD,/],
    [
      { kind: 'oauth', tokenUrl: 'https://auth.example', clientId: 'id', clientSecret: 's' },
      /^Check BILLING_API_OAUTH_CLIENT_ID, BILLING_API_OAUTH_CLIENT_SECRET and BILLING_API_OAUTH_SCOPE$/,
    ],
  ])('name the variables of its credentials (%j)', (credentials, advice) => {
    expect(credentialAdvice({ prefix: 'BILLING_API_', credentials })).toMatch(advice);
  });
});
