import { dirname, join, relative } from 'node:path';
import { ROOT } from '../built-program.ts';
import { documents, read } from './documents.ts';

const MAX_README_LINES = 150;

describe('The documents', () => {
  it('begin with a README that is read in one go', () => {
    expect(read('README.md').text.trimEnd().split('\n').length).toBeLessThanOrEqual(MAX_README_LINES);
  });

  it('are each linked from another', () => {
    const all = documents();
    const linked = new Set(
      all.flatMap(({ path, links }) =>
        links.map((link) => relative(ROOT, join(ROOT, dirname(path), link.split('#')[0]!))),
      ),
    );
    expect(all.map(({ path }) => path).filter((path) => !linked.has(path))).toEqual([]);
  });
});
