import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from '../built-program.ts';
import { type Document, documents, parse, read } from './documents.ts';

const BADGE_OR_WEB = /^(?:https?|mailto):/;

/** Links that lead nowhere: to a file that does not exist, or a heading that its document lacks. */
function broken({ path, links, anchors }: Document): string[] {
  return links.filter((link) => {
    if (BADGE_OR_WEB.test(link)) return false;
    const [target = '', fragment] = link.split('#', 2);
    const file = target === '' ? path : relative(ROOT, join(ROOT, dirname(path), decodeURI(target)));
    if (file !== path && !existsSync(join(ROOT, file))) return true;
    if (fragment === undefined || !file.endsWith('.md')) return false;
    return !(file === path ? anchors : read(file).anchors).has(fragment);
  });
}

describe('Links in the documents', () => {
  it.each(documents().map((document) => [document.path, document] as const))('of %s lead somewhere', (_, document) => {
    expect(broken(document)).toEqual([]);
  });

  it('are found broken where the file or the heading is missing', () => {
    const text = '# A b!\n[1](#a-b) [2](#c) [3](README.md) [4](docs/nowhere.md) [5](README.md#nothing-there)\n';
    expect(broken(parse('test.md', text))).toEqual(['#c', 'docs/nowhere.md', 'README.md#nothing-there']);
  });
});
