import type { ConfigurationProblem } from './configuration.error.js';
import type { DatabaseSettings } from './database-settings.js';
import type { EnvironmentFile } from './environment-file.js';
import { ledgerAccessWarnings } from './ledger-access.js';
import { isLoopback } from './loopback.js';
import type { ApiSettings, ConfigurationWarning, Environment } from './settings.js';

const TLS_CHECKS = 'NODE_TLS_REJECT_UNAUTHORIZED';

/** Never taken from a file: they change how Node.js itself trusts, connects and loads code. */
const OF_NODE = /^NODE_|^(?:https?|no|all)_proxy$/i;

export function unsafeWarnings(
  environment: Environment,
  apis: readonly ApiSettings[],
  database: DatabaseSettings,
): ConfigurationWarning[] {
  return [...transportWarnings(environment, apis), ...ledgerAccessWarnings(database)];
}

function transportWarnings(environment: Environment, apis: readonly ApiSettings[]): ConfigurationWarning[] {
  const warnings = apis.flatMap(unencrypted);
  if (tlsChecksAreOff(environment) && !isProduction(environment)) {
    warnings.push({ subject: TLS_CHECKS, message: 'is 0: any server can pose as the Data API; production refuses it' });
  }
  return warnings;
}

function unencrypted({ prefix, url, credentials }: ApiSettings): ConfigurationWarning[] {
  if (!credentials) return [];
  const { kind } = credentials;
  const sent = { token: 'token', basic: 'password', oauth: 'access token' }[kind];
  const requests = { subject: `${prefix}URL`, message: `sends the ${sent} unencrypted; use https` };
  const secret = { subject: `${prefix}OAUTH_TOKEN_URL`, message: 'sends the client secret unencrypted; use https' };
  return [...(isPlain(url) ? [requests] : []), ...(kind === 'oauth' && isPlain(credentials.tokenUrl) ? [secret] : [])];
}

function isPlain(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopback(hostname);
}

export function transportProblems(environment: Environment): ConfigurationProblem[] {
  if (!tlsChecksAreOff(environment) || !isProduction(environment)) return [];
  const expected = 'it to be unset in production; name a private authority in NODE_EXTRA_CA_CERTS';
  return [{ subject: TLS_CHECKS, found: '"0"', expected }];
}

export function fileWarnings({ path, variables, worldWritable }: EnvironmentFile): ConfigurationWarning[] {
  const ignored = Object.keys(variables).filter((name) => OF_NODE.test(name));
  return [
    ...(worldWritable ? [worldWritableWarning(path)] : []),
    ...ignored.map((name) => ({ subject: name, message: `in ${path} is ignored; set it in the environment` })),
  ];
}

export function worldWritableWarning(subject: string): ConfigurationWarning {
  return { subject, message: 'can be changed by every user of this machine; remove the write permission of others' };
}

function tlsChecksAreOff(environment: Environment): boolean {
  return environment[TLS_CHECKS] === '0';
}

function isProduction({ NODE_ENV, ENVIRONMENT }: Environment): boolean {
  return NODE_ENV === 'production' || ENVIRONMENT === 'production';
}
