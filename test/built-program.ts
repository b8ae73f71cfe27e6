import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the built program; `WORKER_DIST` names another one. */
export const DIST = resolve(process.env['WORKER_DIST'] ?? fileURLToPath(new URL('../dist', import.meta.url)));

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
