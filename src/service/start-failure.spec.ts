import { jest } from '@jest/globals';
import { ConfigurationError } from '../config/configuration.error.js';
import { LedgerUnavailableError } from '../runs/errors.js';
import { ListenAddressUnavailableError } from './listen-address-unavailable.error.js';
import { reportStartFailure } from './start-failure.js';

describe('reportStartFailure', () => {
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const shown = () => stderr.mock.calls.map(([text]) => String(text)).join('');

  beforeEach(() => stderr.mockClear());
  afterAll(() => stderr.mockRestore());

  it('shows every problem of the configuration and answers 5', () => {
    const problems = [
      { subject: 'PORT', found: '"x"', expected: 'a port' },
      { subject: 'task a', expected: 'a schedule' },
    ];
    expect(reportStartFailure(new ConfigurationError(problems))).toBe(5);
    expect(shown()).toBe(
      'The configuration has 2 problems:\n  PORT is "x": expected a port\n  task a: expected a schedule\n',
    );
  });

  it.each([new LedgerUnavailableError('The ledger is read-only'), new ListenAddressUnavailableError('::1', 80, {})])(
    'shows the message alone of what a person can mend, and answers 1',
    (error) => {
      expect(reportStartFailure(error)).toBe(1);
      expect(shown()).toBe(`${error.message}\n`);
    },
  );

  it('shows the stack of a fault in the program, and answers 1', () => {
    expect(reportStartFailure(new TypeError('x is not a function'))).toBe(1);
    expect(shown()).toContain('TypeError: x is not a function\n    at ');
  });
});
