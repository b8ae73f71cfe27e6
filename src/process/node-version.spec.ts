import { jest } from '@jest/globals';
import { requireNode } from './node-version.js';

describe('requireNode', () => {
  const exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const argv = process.argv;

  beforeEach(() => {
    exit.mockClear();
    stderr.mockClear();
  });

  afterEach(() => {
    process.argv = argv;
  });

  afterAll(() => {
    exit.mockRestore();
    stderr.mockRestore();
  });

  it.each(['24.0.0', '24.21.0', '25.1.0', '100.0.0'])('goes on under %s', (version) => {
    requireNode('start', version);
    expect(exit).not.toHaveBeenCalled();
  });

  it.each(['18.20.0', '20.20.2', '23.11.1'])('ends with 1 and one line under %s', (version) => {
    requireNode('start', version);
    expect(exit).toHaveBeenCalledWith(1);
    expect(stderr.mock.calls).toEqual([[expect.stringMatching(`^.*24 or newer.*${version}.*\n$`)]]);
  });

  it.each([
    [['list'], 'run -s worker -- list\n'],
    [['show', "it's"], "run -s worker -- show 'it'\\''s'\n"],
    [[], 'run -s worker\n'],
  ])('names the command that works for %j', (parameters, command) => {
    process.argv = ['node', 'cli.js', ...parameters];
    requireNode('worker', '20.20.2');
    expect(stderr.mock.calls[0]?.[0]).toMatch(/npm --prefix \S+ /);
    expect(stderr.mock.calls[0]?.[0]).toContain(command);
  });
});
