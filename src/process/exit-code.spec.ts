import { ConfigurationError } from '../config/configuration.error.js';
import { LedgerUnavailableError } from '../runs/errors.js';
import { RunAmbiguousError } from '../ledger/run-history.js';
import type { RunStatus } from '../runs/run.js';
import { aRun } from '../worker/testing/task-context.fake.js';
import { exitCodeOfError, exitCodeOfRun } from './exit-code.js';
import { RunUnknownError, TaskUnknownError } from '../ops/unknown-name.errors.js';

describe('the exit code of a run', () => {
  it.each<[RunStatus, number]>([
    ['succeeded', 0],
    ['failed', 1],
    ['timed_out', 1],
    ['skipped', 1],
    ['interrupted', 1],
    ['cancelled', 2],
    ['partial', 3],
  ])('that %s is %d', (status, code) => {
    expect(exitCodeOfRun(aRun({ status }))).toBe(code);
  });

  it.each([
    ['UNAUTHORIZED', 4],
    ['UNREACHABLE', 6],
    ['HTTP_503', 1],
  ])('that failed with %s is %d', (code, exitCode) => {
    const error = { name: 'DataApiError', message: 'no', code };
    expect(exitCodeOfRun(aRun({ status: 'failed', error }))).toBe(exitCode);
  });
});

describe('the exit code of a process that an error ends', () => {
  it.each<[string, unknown, number]>([
    ['there is no such task', new TaskUnknownError('x', undefined), 64],
    ['there is no such run', new RunUnknownError('0'), 64],
    ['an id fits several runs', new RunAmbiguousError('0'), 64],
    ['the configuration is bad', new ConfigurationError([]), 5],
    ['the ledger cannot be had', new LedgerUnavailableError('locked'), 1],
    ['something unexpected happened', new TypeError('oh'), 1],
  ])('when %s', (_when, error, exitCode) => {
    expect(exitCodeOfError(error)).toBe(exitCode);
  });
});
