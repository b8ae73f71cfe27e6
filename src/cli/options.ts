import { InvalidArgumentError } from 'commander';
import { RUN_STATUSES, type RunStatus } from '../runs/run.js';

export interface JsonOption {
  readonly json?: boolean;
}

/** Reads a whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

/** Reads `failed` or `failed,timed_out`; given twice, both count. */
export function statuses(text: string, previous: readonly RunStatus[] = []): readonly RunStatus[] {
  const named = text.split(',').map((part) => part.trim());
  return [...new Set([...previous, ...named.map(toStatus)])];
}

function toStatus(text: string): RunStatus {
  const status = RUN_STATUSES.find((candidate) => candidate === text);
  if (status) return status;
  throw new InvalidArgumentError(
    `${JSON.stringify(text)} is not a status. Expected one or more of ${RUN_STATUSES.join(', ')}.`,
  );
}
