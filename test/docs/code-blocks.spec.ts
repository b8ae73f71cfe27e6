import { parseAllDocuments } from 'yaml';
import { type CodeBlock, documents, parse } from './documents.ts';
import { shownFiles, TypeChecker } from './type-checker.ts';

/** What a block can be: compiled, run, parsed, or only looked at. */
const LANGUAGES = ['ts', 'console', 'sh', 'json', 'yaml', 'text', 'mermaid', 'sql'];

const all = documents();
const inLanguage = (language: string) =>
  all.flatMap(({ blocks }) => blocks).filter((block) => block.language === language);

function place({ document, line }: CodeBlock): string {
  return `${document}:${line}`;
}

function problemOf(block: CodeBlock, check: () => void): string[] {
  try {
    check();
    return [];
  } catch (error) {
    return [`${place(block)}: ${String(error)}`];
  }
}

describe('Code blocks', () => {
  const checker = new TypeChecker();
  const withTypes = all.filter(({ blocks }) => blocks.some(({ language }) => language === 'ts'));

  it.each(withTypes.map((document) => [document.path, document.blocks] as const))('of %s compile', (_, blocks) => {
    expect(checker.problems(shownFiles(blocks))).toEqual([]);
  });

  it.each(all.map(({ path, blocks }) => [path, blocks] as const))('of %s name a known language', (_, blocks) => {
    expect(blocks.map(({ language }) => language).filter((language) => !LANGUAGES.includes(language))).toEqual([]);
  });

  it('in JSON are valid', () => {
    const problems = inLanguage('json').flatMap((block) => problemOf(block, () => JSON.parse(block.code) as unknown));
    expect(problems).toEqual([]);
  });

  it('in YAML are valid', () => {
    const problems = inLanguage('yaml').flatMap((block) =>
      parseAllDocuments(block.code).flatMap(({ errors }) => errors.map(({ message }) => `${place(block)}: ${message}`)),
    );
    expect(problems).toEqual([]);
  });

  describe('are checked as files of the repository:', () => {
    const blocksOf = (text: string): readonly CodeBlock[] => parse('test.md', text).blocks;
    const fence = (code: string) => `\`\`\`ts\n${code}\n\`\`\`\n`;
    const file = "// src/tasks/one/one.task.ts\nimport { BaseTask } from '../../worker/index.js';\n";

    it('an error is reported with its place in the document', () => {
      const blocks = blocksOf(`# Title\n\n${fence(`${file}export const task: BaseTask = 1;`)}`);
      expect(checker.problems(shownFiles(blocks))).toEqual([
        expect.stringMatching(/^test\.md:6 \(src\/tasks\/one\/one\.task\.ts\): Type 'number' is not assignable/),
      ]);
    });

    it('an import that does not exist is an error', () => {
      const blocks = blocksOf(fence("// src/tasks/one/one.task.ts\nimport { Nothing } from '../../worker/index.js';"));
      expect(checker.problems(shownFiles(blocks))).toEqual([expect.stringContaining("no exported member 'Nothing'")]);
    });

    it('a block that continues another, and a file that imports another', () => {
      const one = fence(`${file}export type Task = BaseTask;`);
      const more = `<!-- continues -->\n\n${fence('export type Tasks = BaseTask[];')}`;
      const other = fence(
        "// src/tasks/two/two.ts\nimport type { Tasks } from '../one/one.task.js';\nexport type T = Tasks;",
      );
      expect(checker.problems(shownFiles(blocksOf(one + more + other)))).toEqual([]);
    });

    it('a block without a path is refused', () => {
      expect(() => shownFiles(blocksOf(fence('const a = 1;')))).toThrow('test.md:2 must begin with a comment');
    });
  });
});
