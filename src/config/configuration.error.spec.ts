import { ConfigurationError } from './configuration.error.js';

describe('ConfigurationError', () => {
  it('tells every problem on a line of its own, with what was found and what is expected', () => {
    const error = new ConfigurationError([
      { subject: 'DATA_API_URL', found: 'not set', expected: 'an http(s) base URL' },
      { subject: 'PORT', found: '"x"', expected: 'a port' },
    ]);
    expect(error.message.split('\n')).toEqual([
      'The configuration has 2 problems:',
      '  DATA_API_URL is not set: expected an http(s) base URL',
      '  PORT is "x": expected a port',
    ]);
  });
});
