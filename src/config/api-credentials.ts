import { type ConfigurationProblem, NOT_SET } from './configuration.error.js';
import type { ApiCredentials, ApiSettings } from './settings.js';

/** What the environment says of the credentials of one API. */
type Variable =
  | 'TOKEN'
  | 'TOKEN_HEADER'
  | 'USERNAME'
  | 'PASSWORD'
  | 'OAUTH_TOKEN_URL'
  | 'OAUTH_CLIENT_ID'
  | 'OAUTH_CLIENT_SECRET'
  | 'OAUTH_SCOPE';
type CredentialVariables = Readonly<Partial<Record<Variable, string | undefined>>>;

/** The variables of each kind; of a kind that is named, the first ones are needed. */
const KINDS: readonly { readonly needed: readonly Variable[]; readonly more: readonly Variable[] }[] = [
  { needed: ['TOKEN'], more: ['TOKEN_HEADER'] },
  { needed: ['USERNAME', 'PASSWORD'], more: [] },
  { needed: ['OAUTH_TOKEN_URL', 'OAUTH_CLIENT_ID', 'OAUTH_CLIENT_SECRET'], more: ['OAUTH_SCOPE'] },
];

/** The one kind of credentials that is named. */
export function credentialsOf(variables: CredentialVariables): ApiCredentials | undefined {
  const { TOKEN, TOKEN_HEADER, USERNAME, PASSWORD } = variables;
  if (TOKEN !== undefined) return { kind: 'token', token: TOKEN, header: TOKEN_HEADER };
  if (USERNAME !== undefined && PASSWORD !== undefined) {
    return { kind: 'basic', username: USERNAME, password: PASSWORD };
  }
  const { OAUTH_TOKEN_URL: tokenUrl, OAUTH_CLIENT_ID: clientId, OAUTH_CLIENT_SECRET: clientSecret } = variables;
  if (tokenUrl === undefined || clientId === undefined || clientSecret === undefined) return undefined;
  return { kind: 'oauth', tokenUrl, clientId, clientSecret, scope: variables.OAUTH_SCOPE };
}

/** What no log may show. */
export function secretOf({ credentials }: ApiSettings): string | undefined {
  switch (credentials?.kind) {
    case 'token':
      return credentials.token;
    case 'basic':
      return credentials.password;
    default:
      return credentials?.clientSecret;
  }
}

/**
 * Credentials of which a part is missing, and those of more than one kind. `set`: the variables
 * that are there, valid or not.
 */
export function credentialProblems(prefix: string, set: (variable: Variable) => boolean): ConfigurationProblem[] {
  const named = KINDS.map(({ needed, more }) => [...needed, ...more].filter(set));
  const missing = KINDS.flatMap(({ needed }, kind) => {
    const [first] = named[kind] ?? [];
    return first === undefined
      ? []
      : needed
          .filter((variable) => !set(variable))
          .map((variable) => ({
            subject: prefix + variable,
            found: NOT_SET,
            expected: `a value, because ${prefix + first} is set`,
          }));
  });
  const [one, other] = named.filter((variables) => variables.length > 0).map(([first]) => first);
  if (one === undefined || other === undefined) return missing;
  return [
    ...missing,
    { subject: prefix + other, found: 'set', expected: `it to be unset, because ${prefix + one} is set` },
  ];
}
