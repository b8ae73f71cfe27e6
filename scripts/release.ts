/**
 * Makes a release: version, changelog, commit and tag.
 *
 *     npm run release -- minor            major, minor, patch or a version
 *     npm run release -- minor --dry-run  only shows what would change
 *
 * Pushes nothing: `git push --follow-tags` does, once you have looked at it.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { unreleasedNotes, withRelease } from './release/changelog.ts';

const CHANGELOG = 'CHANGELOG.md';
/** Files that name the version, beside those that npm keeps. */
const VERSIONED: Readonly<Record<string, (version: string) => string>> = {
  Dockerfile: (version) => `ARG VERSION=${version}`,
  'deploy/kubernetes.yaml': (version) => `image: task-worker:${version}`,
};

function run(command: string, ...parameters: string[]): string {
  return execFileSync(command, parameters, { encoding: 'utf8' }).trim();
}

function currentVersion(): string {
  return (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version;
}

/** Lets npm work out the next version, and takes its change back. */
function nextVersion(level: string): string {
  try {
    run('npm', 'version', level, '--no-git-tag-version', '--ignore-scripts');
    return currentVersion();
  } finally {
    run('git', 'checkout', '--quiet', '--', 'package.json', 'package-lock.json');
  }
}

function requireCleanTree(): void {
  const changes = run('git', 'status', '--porcelain');
  if (changes !== '') throw new Error(`the work tree has changes; commit or stash them first:\n${changes}`);
}

function release(level: string, dryRun: boolean): void {
  requireCleanTree();
  const changelog = readFileSync(CHANGELOG, 'utf8');
  const notes = unreleasedNotes(changelog);
  if (notes === '') throw new Error('CHANGELOG.md lists no changes under Unreleased; describe them first');
  const before = currentVersion();
  const version = nextVersion(level);
  const files = Object.entries(VERSIONED).map(([path, line]) => ({
    path,
    text: replaceOnce(path, line(before), line(version)),
  }));
  console.log(`${before} → ${version}\n\n${notes}\n`);
  if (dryRun)
    return console.log(
      `Would change ${[CHANGELOG, 'package.json', 'package-lock.json', ...Object.keys(VERSIONED)].join(', ')}, commit and tag v${version}.`,
    );
  run('npm', 'version', version, '--no-git-tag-version', '--ignore-scripts');
  writeFileSync(CHANGELOG, withRelease(changelog, version, new Date().toISOString().slice(0, 10)));
  for (const { path, text } of files) writeFileSync(path, text);
  run('git', 'commit', '--quiet', '--all', '--message', `Release ${version}`);
  run('git', 'tag', '--annotate', `v${version}`, '--message', `${version}\n\n${notes}`, '--cleanup=whitespace');
  console.log(`Committed and tagged v${version}. Publish it with: git push --follow-tags`);
}

function replaceOnce(path: string, before: string, after: string): string {
  const text = readFileSync(path, 'utf8');
  if (text.split(before).length !== 2) throw new Error(`${path} does not say "${before}" exactly once`);
  return text.replace(before, after);
}

try {
  const { values, positionals } = parseArgs({ options: { 'dry-run': { type: 'boolean' } }, allowPositionals: true });
  const [level, ...rest] = positionals;
  if (level === undefined || rest.length > 0) throw new Error('expected one of major, minor, patch or a version');
  release(level, values['dry-run'] ?? false);
} catch (error) {
  console.error(`No release: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
