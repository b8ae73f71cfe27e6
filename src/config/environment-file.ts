import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs, parseEnv } from 'node:util';
import { programFolder } from './program-folder.js';
import { readRegularFile } from './regular-file.js';

/** A file of variables that count where the environment has none of their names. */
export interface EnvironmentFile {
  readonly path: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly worldWritable: boolean;
  /** What is expected of the file where it could not be read. */
  readonly expected?: string;
}

/**
 * The file that `--env-file FILE` names, else `.env` beside the program's `package.json` where
 * there is one. The working directory does not count: who starts the worker there need not trust
 * its files.
 */
export function readEnvironmentFile(
  argv: readonly string[] = process.argv,
  folder = programFolder(),
): EnvironmentFile | undefined {
  const named = namedFile(argv);
  const path = named === undefined ? join(folder, '.env') : resolve(named);
  if (named === undefined && !existsSync(path)) return undefined;
  const file = readRegularFile(path);
  if ('expected' in file) return { path, variables: {}, worldWritable: false, expected: file.expected };
  return { path, variables: parseEnv(file.content), worldWritable: file.worldWritable };
}

function namedFile(argv: readonly string[]): string | undefined {
  const options = { 'env-file': { type: 'string' } } as const;
  const { values } = parseArgs({ args: argv.slice(2), options, strict: false });
  const file = values['env-file'];
  return typeof file === 'boolean' ? '' : file;
}
