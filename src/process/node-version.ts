const MIN_MAJOR_VERSION = 24;

/**
 * Ends the process with one clear line, exit code 1, under a Node.js that is too old. Call it
 * before anything else is imported: this file itself must load on any Node.js that knows ES
 * modules.
 */
export function requireNode(version: string = process.versions.node): void {
  if (Number.parseInt(version, 10) >= MIN_MAJOR_VERSION) return;
  process.stderr.write(
    `The worker needs Node.js ${MIN_MAJOR_VERSION} or newer, and this is ${version}: use the npm scripts, which bring their own.\n`,
  );
  process.exit(1);
}
