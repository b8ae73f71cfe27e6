import { ConfigurationError } from '../config/configuration.error.js';
import { LedgerUnavailableError } from '../runs/errors.js';
import { ListenAddressUnavailableError } from '../service/listen-address-unavailable.error.js';
import { explain } from './explanation.js';

describe('explain', () => {
  it('shows every problem of the configuration', () => {
    const problems = [
      { subject: 'PORT', found: '"x"', expected: 'a port' },
      { subject: 'task a', expected: 'a schedule' },
    ];
    expect(explain(new ConfigurationError(problems))).toBe(
      'The configuration has 2 problems:\n  PORT is "x": expected a port\n  task a: expected a schedule',
    );
  });

  it.each([new LedgerUnavailableError('The ledger is read-only'), new ListenAddressUnavailableError('::1', 80, {})])(
    'shows the message alone of what a person can mend: %s',
    (error) => expect(explain(error)).toBe(error.message),
  );

  it('shows the stack of a fault in the program', () => {
    expect(explain(new TypeError('x is not a function'))).toContain('TypeError: x is not a function\n    at ');
  });

  it('shows what was thrown instead of an error', () => {
    expect(explain('out of paper')).toBe('out of paper');
  });
});
