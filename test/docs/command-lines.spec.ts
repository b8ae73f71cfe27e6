import { commandLines, printsAsShown } from './command-lines.ts';
import { type CodeBlock, parse } from './documents.ts';

const block = (text: string): CodeBlock => parse('test.md', text).blocks[0]!;

describe('Commands of a document', () => {
  it('begin with a dollar sign in a console block, and are followed by their output', () => {
    expect(commandLines(block('```console\n$ a \\\n    b\nA\nB\n\n$ c\n```\n'))).toEqual([
      { place: 'test.md:2', command: 'a \\\n    b', output: 'A\nB', exitCode: 0 },
      { place: 'test.md:2', command: 'c', output: null, exitCode: 0 },
    ]);
  });

  it('are one script in a block of shell', () => {
    const [script] = commandLines(block('<!-- exit: 3 -->\n\n```sh\na\nb\n```\n'));
    expect(script).toMatchObject({ command: 'a\nb', exitCode: 3 });
  });

  it('are not run where a mark says so', () => {
    expect(commandLines(block('<!-- not run: installs -->\n\n```console\n$ npm ci\n```\n'))).toEqual([]);
  });
});

describe('Output that a document shows', () => {
  const shown = 'TASK  LAST RUN\none   7 s ago\n…\nend';

  it('may have other numbers and widths, and lines in place of an ellipsis', () => {
    expect(printsAsShown(shown, 'TASK    LAST RUN\none     12 s ago\ntwo\nthree\nend\n')).toBe(true);
  });

  it.each(['TASK  LAST\none   7 s ago\nend', 'TASK  LAST RUN\none   7 s ago\nend\nmore', ''])(
    'may not have other words or further lines: %j',
    (printed) => {
      expect(printsAsShown(shown, printed)).toBe(false);
    },
  );
});
