import { ConfigurationError } from '../config/configuration.error.js';
import { WorkerError } from '../runs/errors.js';

/** Errors whose message tells a person what to do. Any other one is a fault in the program. */
const EXPLAINED = [ConfigurationError, WorkerError];

/** What a person is told of an error that ends the process. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const explained = EXPLAINED.some((kind) => error instanceof kind);
  return explained ? error.message : (error.stack ?? error.message);
}
