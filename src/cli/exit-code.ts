import { CommanderError } from 'commander';
import { ConfigurationError } from '../config/configuration.error.js';
import { RunAmbiguousError } from '../ledger/run-history.js';
import type { Run } from '../runs/run.js';
import { UsageError } from './usage.error.js';

/** What the CLI tells the shell. Part of the contract with users: never renumber. */
export const ExitCode = {
  success: 0,
  failed: 1,
  cancelled: 2,
  partial: 3,
  unauthorized: 4,
  badConfiguration: 5,
  unreachable: 6,
  wrongUsage: 64,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

const OF_ERROR_CODE: Readonly<Record<string, ExitCode>> = {
  UNAUTHORIZED: ExitCode.unauthorized,
  UNREACHABLE: ExitCode.unreachable,
};

/** The exit code of `worker run`. A run that did not take place, such as a skipped one, counts as failed. */
export function exitCodeOfRun({ status, error }: Run): ExitCode {
  if (status === 'succeeded') return ExitCode.success;
  if (status === 'partial') return ExitCode.partial;
  if (status === 'cancelled') return ExitCode.cancelled;
  return OF_ERROR_CODE[error?.code ?? ''] ?? ExitCode.failed;
}

/** The exit code of a command that ended with an error instead of an answer. */
export function exitCodeOfError(error: unknown): ExitCode {
  // Help and version end the parsing with an error of exit code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.success : ExitCode.wrongUsage;
  if (error instanceof UsageError || error instanceof RunAmbiguousError) return ExitCode.wrongUsage;
  if (error instanceof ConfigurationError) return ExitCode.badConfiguration;
  return ExitCode.failed;
}
