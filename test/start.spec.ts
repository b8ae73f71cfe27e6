import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DIST } from './built-program.ts';

describe('a start of the program', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'start-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function run(parameters: readonly string[], environment: Record<string, string> = {}) {
    return spawnSync(process.execPath, parameters, { cwd: folder, env: environment, encoding: 'utf8' });
  }

  it('puts no compiled code where others could put theirs', () => {
    const { status } = run(['--', join(DIST, 'cli.js'), '--version'], { TMPDIR: folder, HOME: folder });
    expect(status).toBe(0);
    expect(readdirSync(folder)).not.toContain('node-compile-cache');
  });

  it.each([
    ['main.js', [], 'run -s start'],
    ['cli.js', ['show', '0193'], 'run -s worker -- show 0193'],
  ])('of %s under an older Node.js is one line with a command that works', (program, parameters, command) => {
    const older = `data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '20.20.2' })`;
    const { status, stdout, stderr } = run(['--import', older, '--', join(DIST, program), ...parameters]);
    expect(stderr).toMatch(/^The worker needs Node\.js 24 or newer, and this is 20\.20\.2\. [^\n]*\n$/);
    expect(stderr.trimEnd().endsWith(command)).toBe(true);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });
});
