import { ConfigurationError } from '../config/configuration.error.js';
import { WorkerError } from '../runs/errors.js';
import type { Run } from '../runs/run.js';

/** What the process tells the shell. Part of the contract with users: never renumber. */
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
  LEDGER_UNUSABLE: ExitCode.badConfiguration,
  TASK_UNKNOWN: ExitCode.wrongUsage,
  BAD_PARAMS: ExitCode.wrongUsage,
  RUN_UNKNOWN: ExitCode.wrongUsage,
  RUN_AMBIGUOUS: ExitCode.wrongUsage,
};

/** The exit code of `worker run`. A run that was not executed counts as failed. */
export function exitCodeOfRun({ status, error }: Run): ExitCode {
  if (status === 'succeeded') return ExitCode.success;
  if (status === 'partial') return ExitCode.partial;
  if (status === 'cancelled') return ExitCode.cancelled;
  return OF_ERROR_CODE[error?.code ?? ''] ?? ExitCode.failed;
}

/** The exit code of a process that an error ends. */
export function exitCodeOfError(error: unknown): ExitCode {
  if (error instanceof ConfigurationError) return ExitCode.badConfiguration;
  return (error instanceof WorkerError && OF_ERROR_CODE[error.code]) || ExitCode.failed;
}
