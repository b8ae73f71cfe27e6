import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from './built-program.ts';

const FILES = ['package.json', 'package-lock.json', 'Dockerfile', 'deploy/kubernetes.yaml', '.npmrc'];
const NOTES = '### Added\n\n- Something.';

describe('npm run release', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'release-'));
    for (const file of FILES) cpSync(join(ROOT, file), join(folder, file), { recursive: true });
    write(`# Changelog\n\n## [Unreleased]\n\n${NOTES}\n\n## [0.0.9] - 2026-01-01\n\n- Older.\n`);
    git('init', '--quiet', '--initial-branch=main');
    git('config', 'user.name', 'Somebody');
    git('config', 'user.email', 'somebody@example.com');
    commit();
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (changelog: string) => writeFileSync(join(folder, 'CHANGELOG.md'), changelog);
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const git = (...parameters: string[]) => execFileSync('git', parameters, { cwd: folder, encoding: 'utf8' }).trim();
  const commit = () => {
    git('add', '--all');
    git('commit', '--quiet', '--message', 'Begin');
  };
  const release = (...parameters: string[]) => {
    const path = `${dirname(process.execPath)}:${process.env['PATH']}`;
    const options = { cwd: folder, encoding: 'utf8' as const, env: { ...process.env, PATH: path } };
    return spawnSync(process.execPath, [join(ROOT, 'scripts/release.ts'), ...parameters], options);
  };

  it('sets the version everywhere, dates the changelog, commits and tags', () => {
    expect(release('9.8.7')).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(read('package.json'))).toMatchObject({ version: '9.8.7' });
    expect(JSON.parse(read('package-lock.json'))).toMatchObject({ version: '9.8.7' });
    expect(read('Dockerfile')).toContain('ARG VERSION=9.8.7\n');
    expect(read('deploy/kubernetes.yaml')).toContain('image: task-worker:9.8.7\n');
    const today = new Date().toISOString().slice(0, 10);
    expect(read('CHANGELOG.md')).toContain(`## [Unreleased]\n\n## [9.8.7] - ${today}\n\n${NOTES}\n\n## [0.0.9]`);
    expect(git('log', '-1', '--format=%s')).toBe('Release 9.8.7');
    expect(git('tag', '--list', '-n9', 'v9.8.7')).toContain('- Something.');
    expect(git('status', '--porcelain')).toBe('');
  });

  it('changes nothing in a dry run, and shows version and notes', () => {
    const { status, stdout } = release('major', '--dry-run');
    expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining(NOTES) });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+ → \d+\.0\.0\n/);
    expect(git('status', '--porcelain')).toBe('');
    expect(git('tag', '--list')).toBe('');
  });

  it('refuses a work tree with changes', () => {
    writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
    expect(release('minor')).toMatchObject({ status: 1, stderr: expect.stringContaining('has changes') });
  });

  it('refuses a release without notes', () => {
    write('# Changelog\n\n## [Unreleased]\n\n## [0.0.9] - 2026-01-01\n');
    commit();
    expect(release('minor')).toMatchObject({ status: 1, stderr: expect.stringContaining('lists no changes') });
  });

  it('refuses a level that npm does not know', () => {
    expect(release('enormous')).toMatchObject({ status: 1, stderr: expect.stringContaining('No release') });
    expect(git('status', '--porcelain')).toBe('');
  });
});
