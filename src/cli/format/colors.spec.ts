import { colorsFor } from './colors.js';

describe('colours', () => {
  it.each([
    ['on a terminal', true, {}, true],
    ['not in a pipe', false, {}, false],
    ['not with NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['with an empty NO_COLOR, which says nothing', true, { NO_COLOR: '' }, true],
    ['in a pipe with FORCE_COLOR', false, { FORCE_COLOR: '1' }, true],
    ['not with FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, false],
    ['not with NO_COLOR, whatever FORCE_COLOR says', true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['not on a dumb terminal', true, { TERM: 'dumb' }, false],
    ['not in a pipe of a continuous integration', false, { CI: 'true' }, false],
  ])('appear %s', (_when, isTerminal, environment, expected) => {
    expect(colorsFor(isTerminal, environment).isColorSupported).toBe(expected);
  });
});
