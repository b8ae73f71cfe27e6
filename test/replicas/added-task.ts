import { fileURLToPath } from 'node:url';

/** The task that only the newer version has. */
export const ADDED_TASK = 'archive_invoices';
export const ADDED_TASK_EVERY_MS = 3_000;
export const ADDED_TASK_TAKES_MS = 1_500;

/** How to start that version: see `WorkerProcess`. */
export const NEWER_VERSION = {
  through: [process.execPath, '--no-warnings', fileURLToPath(new URL('newer-version.ts', import.meta.url))],
};
