import { commandLines, printsAsShown } from './command-lines.ts';
import { type CodeBlock, documents } from './documents.ts';
import { PastedRepository } from './pasted-repository.ts';
import { shownFiles } from './type-checker.ts';

const stories = documents()
  .filter(({ blocks }) => blocks.some((block) => commandLines(block).length > 0))
  .map(({ path, blocks }) => [path, blocks] as const);

/** Does what the document says, in its order: files are pasted, commands are run. */
async function follow(blocks: readonly CodeBlock[], repository: PastedRepository): Promise<string[]> {
  const files = shownFiles(blocks);
  const problems: string[] = [];
  for (const block of blocks) {
    const file = files.find(({ line }) => line === block.line);
    if (file) repository.paste(file.path, file.code);
    for (const { place, command, output, exitCode } of commandLines(block)) {
      const { code, stdout, stderr } = await repository.run(command);
      const says = `${place}: ${command} ended with ${code} and printed:\n${stdout}\n${stderr}`;
      // A document shows what matters: the data, or the messages.
      const isShown = output === null || [stdout, stderr].some((printed) => printsAsShown(output, printed));
      if (code !== exitCode) problems.push(says);
      else if (!isShown) problems.push(`${says}\nShown is:\n${output}`);
    }
  }
  return problems;
}

describe('The commands', () => {
  let repository: PastedRepository;

  beforeEach(async () => {
    repository = await PastedRepository.create();
  });

  afterEach(async () => {
    await repository.remove();
  });

  it.each(stories)(
    'of %s do what it says',
    async (_, blocks) => {
      expect(await follow(blocks, repository)).toEqual([]);
    },
    10 * 60_000,
  );
});
