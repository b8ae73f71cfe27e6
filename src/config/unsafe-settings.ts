import type { ConfigurationProblem } from './configuration.error.js';
import type { EnvironmentFile } from './environment-file.js';
import { isLoopback } from './loopback.js';
import type { ConfigurationWarning, Environment, WorkerSettings } from './settings.js';

const TLS_CHECKS = 'NODE_TLS_REJECT_UNAUTHORIZED';

/** Never taken from a file: they change how Node.js itself trusts, connects and loads code. */
const OF_NODE = /^NODE_|^(?:https?|no|all)_proxy$/i;

export function transportWarnings(
  environment: Environment,
  { url, token }: WorkerSettings['dataApi'],
): ConfigurationWarning[] {
  const warnings: ConfigurationWarning[] = [];
  const { protocol, hostname } = new URL(url);
  if (token !== undefined && protocol === 'http:' && !isLoopback(hostname)) {
    warnings.push({ subject: 'DATA_API_URL', message: 'sends the token unencrypted; use https' });
  }
  if (tlsChecksAreOff(environment) && !isProduction(environment)) {
    warnings.push({ subject: TLS_CHECKS, message: 'is 0: any server can pose as the Data API; production refuses it' });
  }
  return warnings;
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
