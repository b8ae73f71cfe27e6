import { ConfigurationError } from '../config/configuration.error.js';
import { cutForeign, escapeControls } from '../runs/foreign-text.js';
import { WorkerError } from '../runs/errors.js';

/** Errors whose message tells a person what to do. Any other one is a fault in the program. */
const EXPLAINED = [ConfigurationError, WorkerError];

/** More than all problems of a configuration take. */
const MAX_EXPLANATION_CHARS = 32_768;

/** What a person is told of an error that ends the process: printable, and without secrets. */
export function explain(error: unknown): string {
  return cutForeign(tell(error), MAX_EXPLANATION_CHARS).split('\n').map(escapeControls).join('\n');
}

function tell(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const explained = EXPLAINED.some((kind) => error instanceof kind);
  return explained ? error.message : (error.stack ?? error.message);
}
