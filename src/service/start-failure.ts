import { ConfigurationError } from '../config/configuration.error.js';
import { LedgerUnavailableError } from '../runs/errors.js';
import { ListenAddressUnavailableError } from './listen-address-unavailable.error.js';

const EXIT_FAILED = 1;
const EXIT_BAD_CONFIGURATION = 5;

/** Errors whose message is all that a person needs; the stack of any other one is shown, since it is a fault in the program. */
const EXPLAINED = [ConfigurationError, LedgerUnavailableError, ListenAddressUnavailableError];

/** Tells on stderr why the service did not start, and answers the exit code. */
export function reportStartFailure(error: unknown): number {
  const explained = EXPLAINED.some((kind) => error instanceof kind);
  const text = error instanceof Error ? (explained ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`${text}\n`);
  return error instanceof ConfigurationError ? EXIT_BAD_CONFIGURATION : EXIT_FAILED;
}
