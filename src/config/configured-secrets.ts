import type { Environment } from './settings.js';

/** Variables whose value is a secret, ours or not: programs beside the worker have theirs. */
const NAMES_A_SECRET = /(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|PRIVATE_KEY|CREDENTIALS)$/i;

/** A shorter one would garble the log: `DEBUG_TOKEN=on`. */
export const MIN_SECRET_CHARS = 8;

/** Secrets of the environment: by the name of their variable, or as the password in an address. */
export function configuredSecrets(environment: Environment): string[] {
  return Object.entries(environment).flatMap(([name, value = '']) => {
    const found = NAMES_A_SECRET.test(name) ? [value] : passwordsIn(value);
    return found.filter((secret) => secret.length >= MIN_SECRET_CHARS);
  });
}

function passwordsIn(value: string): string[] {
  const password = value.includes('@') ? (URL.parse(value)?.password ?? '') : '';
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
