import { build } from 'esbuild';

const PARSER = 'src/worker/schedules/schedule.parser.ts';

/**
 * What the worker's own parser has against a schedule; undefined: nothing. The parser is compiled
 * for it, for the repository need not be built.
 *
 * @param {string} text
 * @returns {Promise<string | undefined>}
 */
export async function scheduleProblem(text) {
  const { outputFiles } = await build({
    entryPoints: [PARSER],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
  });
  const { parseSchedule } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
  try {
    parseSchedule(text, 'UTC');
    return undefined;
  } catch (error) {
    return error.message;
  }
}
