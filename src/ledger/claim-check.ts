import { ClaimInvalidError, type RunClaim } from './run-ledger.js';

/** Why no ledger can hold the claim; null when one can. Checked before anything is written. */
export function claimProblem({ task, trigger, slot, at }: RunClaim): ClaimInvalidError | null {
  if (!isName(task)) return new ClaimInvalidError(task, 'this does not name a task');
  if (!isName(trigger)) return new ClaimInvalidError(task, 'it has no trigger');
  if (!isInstant(slot)) return new ClaimInvalidError(task, 'its slot is an invalid date');
  if (!isInstant(at)) return new ClaimInvalidError(task, 'its reference instant is an invalid date');
  return null;
}

/** Throws for the first that no ledger can hold. */
export function requireValid(claims: readonly RunClaim[]): void {
  for (const claim of claims) {
    const problem = claimProblem(claim);
    if (problem) throw problem;
  }
}

/** PostgreSQL refuses texts with a NUL, and neither database stores half a surrogate pair. */
function isName(text: unknown): boolean {
  return typeof text === 'string' && text !== '' && text.isWellFormed() && !text.includes('\0');
}

function isInstant(date: Date | null): boolean {
  return date === null || !Number.isNaN(date.getTime());
}
