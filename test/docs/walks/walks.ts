import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The files of `src` that a walk enters, each where it is entered first. */
export interface Walks {
  readonly boot: readonly string[];
  readonly slot: readonly string[];
  readonly order: readonly string[];
}

const HOOKS = new URL('./trace-hooks.mjs', import.meta.url).href;
const PROGRAM = fileURLToPath(new URL('./walked-worker.ts', import.meta.url));

/** Walks through the running worker. Takes a few seconds. */
export async function walk(): Promise<Walks> {
  const parameters = ['--no-warnings', '--import', HOOKS, PROGRAM];
  const { stdout } = await promisify(execFile)(process.execPath, parameters, { env: { PATH: process.env['PATH'] } });
  return JSON.parse(stdout) as Walks;
}
