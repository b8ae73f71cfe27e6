import { LedgerUnavailableError } from '../../runs/errors.js';

/** The two halves of a message that begins with the name of the ledger. */
export interface LedgerProblem {
  /** What is wrong, as the rest of the sentence. */
  readonly problem: string;
  readonly remedy: string;
}

/** `ledger`: its file, or its URL without secrets. */
export function ledgerUnavailable(
  ledger: string,
  { problem, remedy }: LedgerProblem,
  cause?: Error,
): LedgerUnavailableError {
  const detail = cause ? ` (${cause.message})` : '';
  return new LedgerUnavailableError(`The ledger ${ledger} ${problem}${detail}. ${remedy}.`, { cause });
}
