import { programFolder } from '../config/program-folder.js';

const MIN_MAJOR_VERSION = 24;

/**
 * Ends the process with one clear line, exit code 1, under a Node.js that is too old. Call it
 * before anything else is imported: what this file needs must load on any Node.js that knows ES
 * modules.
 *
 * @param script the npm script that starts this program with a Node.js of its own
 */
export function requireNode(script: 'start' | 'worker', version: string = process.versions.node): void {
  if (Number.parseInt(version, 10) >= MIN_MAJOR_VERSION) return;
  process.stderr.write(
    `The worker needs Node.js ${MIN_MAJOR_VERSION} or newer, and this is ${version}. ` +
      `This command brings its own: ${commandOf(script)}\n`,
  );
  process.exit(1);
}

function commandOf(script: string): string {
  const parameters = process.argv.slice(2).map(quoted);
  const separated = parameters.length > 0 ? ['--', ...parameters] : [];
  return ['npm', '--prefix', quoted(programFolder()), 'run', '-s', script, ...separated].join(' ');
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w./:=,@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
