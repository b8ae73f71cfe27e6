import { parseArgs } from 'node:util';
import { DEFAULT_KNOBS } from './knobs.ts';
import type { SandboxOptions } from './sandbox-server.ts';
import { DEFAULT_SIZES } from './seed.ts';

type Value = string | number | boolean | readonly string[];

const PROGRAM = { port: 4000, host: '127.0.0.1', database: '', seed: 1, feed: false, help: false };
const DEFAULTS: Readonly<Record<string, Value>> = { ...PROGRAM, ...DEFAULT_SIZES, ...DEFAULT_KNOBS };

export interface SandboxCommand {
  readonly options: SandboxOptions;
  /** Whether new orders and bookings keep coming. */
  readonly feed: boolean;
  readonly help: boolean;
}

export const USAGE = `A Data API to develop and test against.

  node sandbox/main.ts [options]

${Object.keys(PROGRAM).map(describe).join('\n')}

Initial data (default database: a new temporary file; a database that has data keeps it):
${Object.keys(DEFAULT_SIZES).map(describe).join('\n')}

Knobs, which can be turned while it runs (curl -X PUT -d '{"outage": true}' …/sandbox/knobs):
${Object.keys(DEFAULT_KNOBS).map(describe).join('\n')}

Every option can be set in the environment: SANDBOX_LATENCY_MS=50 is --latency-ms 50. HOST, PORT and DATABASE work too.`;

/** Throws a `TypeError` that names the invalid option. */
export function readCommandLine(parameters: string[], environment: NodeJS.ProcessEnv): SandboxCommand {
  const given = { ...fromEnvironment(environment), ...fromFlags(parameters) };
  const pick = (names: object) => Object.fromEntries(Object.entries(given).filter(([name]) => name in names));
  const { feed, help, database, ...listen } = { ...PROGRAM, ...pick(PROGRAM) };
  const options = { ...listen, ...(database && { database }), ...pick(DEFAULT_SIZES), knobs: pick(DEFAULT_KNOBS) };
  return { options, feed, help };
}

function fromFlags(parameters: string[]): Record<string, Value> {
  const options: Record<string, { type: 'boolean' | 'string' }> = {};
  for (const [name, like] of Object.entries(DEFAULTS)) {
    options[dashed(name)] = { type: typeof like === 'boolean' ? 'boolean' : 'string' };
  }
  const { values } = parseArgs({ args: parameters, options, allowNegative: true });
  return converted((name) => values[dashed(name)]);
}

function fromEnvironment(environment: NodeJS.ProcessEnv): Record<string, Value> {
  const plain = ['host', 'port', 'database'];
  return converted((name) => {
    const variable = shouted(name);
    // Empty means not set, as in a compose file that passes a variable through.
    return environment[`SANDBOX_${variable}`] || (plain.includes(name) && environment[variable]) || undefined;
  });
}

function converted(find: (name: string) => string | boolean | undefined): Record<string, Value> {
  const values: Record<string, Value> = {};
  for (const name of Object.keys(DEFAULTS)) {
    const text = find(name);
    if (text !== undefined) values[name] = convert(name, text);
  }
  return values;
}

function convert(name: string, text: string | boolean): Value {
  const like = DEFAULTS[name];
  if (typeof like === 'boolean') return text === true || text === 'true';
  if (Array.isArray(like)) return String(text).split(',');
  if (typeof like !== 'number') return String(text);
  if (/^\d+(\.\d+)?$/.test(String(text))) return Number(text);
  throw new TypeError(`--${dashed(name)} must be a number, not ${JSON.stringify(text)}`);
}

function describe(name: string): string {
  const value = DEFAULTS[name];
  const shown = value === Number.MAX_SAFE_INTEGER ? 'no limit' : Array.isArray(value) ? 'none' : value;
  return `  --${dashed(name)}`.padEnd(24) + (typeof shown === 'boolean' || shown === '' ? '' : String(shown));
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function shouted(name: string): string {
  return dashed(name).toUpperCase().replaceAll('-', '_');
}
