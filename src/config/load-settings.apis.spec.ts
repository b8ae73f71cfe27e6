import { loadSettings } from './load-settings.js';
import { maskSecrets } from './secret-mask.js';
import type { Environment } from './settings.js';

const GOOD = { DATA_API_URL: 'https://data.example.com', BILLING_API_URL: 'https://billing.example.com/v1/' };

function load(environment: Environment, registered = ['billing'], injected = registered) {
  return loadSettings({ ...GOOD, ...environment }, undefined, {
    registered: new Set(registered),
    injected: new Set(injected),
  });
}

const problemsOf = (...input: Parameters<typeof load>) =>
  load(...input).problems.map(({ subject, expected }) => `${subject}: ${expected}`);

describe('settings of a registered API', () => {
  it('need nothing but its address', () => {
    expect(load({})).toMatchObject({
      apis: [{ name: 'billing', url: 'https://billing.example.com/v1', concurrency: { max: 64 }, timeout: 10_000 }],
      problems: [],
      otherVariables: [],
    });
    expect(load({}, []).apis).toEqual([]);
  });

  it('say what is not set, and which API needs it', () => {
    const found = (environment: Environment) => load(environment).problems.map(({ found }) => found);
    expect(found({ BILLING_API_URL: '' })).toEqual(['not set, and a module registers the API billing']);
    expect(found({ DATA_API_URL: '' })).toEqual(['not set']);
    expect(found({ BILLING_API_USERNAME: 'ada' })).toEqual(['not set']);
  });

  it('are read from variables of its name', () => {
    const environment = {
      BILLING_EU_API_URL: 'https://eu.example.com',
      BILLING_EU_API_TOKEN: 't',
      BILLING_EU_API_CONCURRENCY: '3',
      BILLING_EU_API_TIMEOUT: '2s',
    };
    expect(load(environment, ['billing-eu'])).toMatchObject({
      apis: [
        {
          name: 'billing-eu',
          prefix: 'BILLING_EU_API_',
          credentials: { kind: 'token', token: 't' },
          concurrency: { min: 3, max: 3 },
          timeout: 2_000,
        },
      ],
      problems: [],
    });
  });

  it.each<[Environment, object]>([
    [
      { BILLING_API_TOKEN: 's3cret-of-billing', BILLING_API_TOKEN_HEADER: 'X-Api-Key' },
      { kind: 'token', header: 'X-Api-Key' },
    ],
    [
      { BILLING_API_USERNAME: 'ada', BILLING_API_PASSWORD: 's3cret-of-billing' },
      { kind: 'basic', username: 'ada', password: 's3cret-of-billing' },
    ],
    [
      {
        BILLING_API_OAUTH_TOKEN_URL: 'https://auth.example.com/token',
        BILLING_API_OAUTH_CLIENT_ID: 'id',
        BILLING_API_OAUTH_CLIENT_SECRET: 's3cret-of-billing',
        BILLING_API_OAUTH_SCOPE: 'read write',
      },
      { kind: 'oauth', clientId: 'id', clientSecret: 's3cret-of-billing', scope: 'read write' },
    ],
  ])('name its credentials: %j', (environment, credentials) => {
    const settings = load(environment);
    expect(settings).toMatchObject({ apis: [{ credentials }], problems: [] });
    expect(maskSecrets('It is s3cret-of-billing.')).toBe('It is [redacted].');
  });

  it.each<[string, Environment, string]>([
    ['no address', { BILLING_API_URL: undefined }, 'BILLING_API_URL: an http(s) base URL'],
    ['a bad value', { BILLING_API_TIMEOUT: 'soon' }, 'BILLING_API_TIMEOUT: a duration'],
    ['a slip', { BILLING_API_TOKN: 'x' }, 'BILLING_API_TOKN: BILLING_API_TOKEN'],
    ['a header without a token', { BILLING_API_TOKEN_HEADER: 'X-Key' }, 'BILLING_API_TOKEN: a value, because'],
    [
      'a header that is the transport’s',
      { BILLING_API_TOKEN: 't', BILLING_API_TOKEN_HEADER: 'Host' },
      'BILLING_API_TOKEN_HEADER: the name',
    ],
    ['a user without a password', { DATA_API_USERNAME: 'a' }, 'DATA_API_PASSWORD: a value, because DATA_API_USERNAME'],
    [
      'OAuth without a secret',
      { BILLING_API_OAUTH_TOKEN_URL: 'https://a.example', BILLING_API_OAUTH_CLIENT_ID: 'id' },
      'BILLING_API_OAUTH_CLIENT_SECRET: a value, because BILLING_API_OAUTH_TOKEN_URL is set',
    ],
    [
      'two kinds of credentials',
      { BILLING_API_TOKEN: 't', BILLING_API_USERNAME: 'a', BILLING_API_PASSWORD: 'p' },
      'BILLING_API_USERNAME: it to be unset, because BILLING_API_TOKEN is set',
    ],
  ])('are refused with %s', (_, environment, problem) => {
    expect(problemsOf(environment)).toEqual([expect.stringContaining(problem)]);
  });

  it('hide secrets where they are refused', () => {
    const secrets = {
      BILLING_API_TOKEN: 'a s3cret',
      BILLING_API_PASSWORD: 's3cret',
      BILLING_API_OAUTH_CLIENT_SECRET: 's3cret',
    };
    expect(JSON.stringify(load(secrets).problems)).not.toContain('s3cret');
  });

  it('warn of credentials that are sent unencrypted', () => {
    const plain = {
      BILLING_API_URL: 'http://billing.example.com',
      BILLING_API_OAUTH_TOKEN_URL: 'http://auth.example.com',
      BILLING_API_OAUTH_CLIENT_ID: 'id',
      BILLING_API_OAUTH_CLIENT_SECRET: 's3cret-of-billing',
    };
    expect(load(plain).warnings.map(({ subject }) => subject)).toEqual([
      'BILLING_API_URL',
      'BILLING_API_OAUTH_TOKEN_URL',
    ]);
  });

  it('of other programs are left alone', () => {
    const { problems, otherVariables } = load({ GITHUB_API_URL: 'not ours' });
    expect(problems).toEqual([]);
    expect(otherVariables).toEqual(['GITHUB_API_URL']);
  });
});

describe('the name of an API', () => {
  it.each<[string, readonly string[], readonly string[], string]>([
    ['in capitals', ['Billing'], [], 'API "Billing": a name in lower case'],
    ['of the Data API', ['data'], [], 'API "data": a name in lower case such as billing'],
    ['twice', ['a-b', 'a_b'], [], 'API "a_b": one name, not two'],
    ['that is not registered', ['billing'], ['biling'], 'API "biling": billing, or DataApiModule.register({'],
  ])('%s is refused', (_, registered, injected, problem) => {
    const environment = { A_B_API_URL: 'https://a.example.com' };
    expect(problemsOf(environment, [...registered], [...injected])).toEqual([expect.stringContaining(problem)]);
  });
});
