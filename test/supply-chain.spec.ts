import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './built-program.ts';

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly integrity?: string; readonly resolved?: string; readonly link?: boolean }>
  >;
}

interface Inventory {
  readonly bomFormat: string;
  readonly components: readonly {
    readonly name: string;
    readonly group?: string;
    readonly hashes?: readonly unknown[];
  }[];
}

describe('the packages that the program is made of', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock;
  const installed = Object.entries(packages).filter(([path, { link }]) => path.startsWith('node_modules/') && !link);

  it('are locked with the hash of each', () => {
    expect(installed.length).toBeGreaterThan(100);
    expect(installed.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? '')).map(([path]) => path)).toEqual(
      [],
    );
  });

  it('are installed without warnings about engines', () => {
    const ofNobody = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_config_/i.test(name)));
    const level = execFileSync('npm', ['config', 'get', 'loglevel'], { cwd: ROOT, encoding: 'utf8', env: ofNobody });
    expect(level.trim()).toBe('error');
  });

  it('come from whichever registry is at hand', () => {
    expect(installed.filter(([, { resolved }]) => resolved?.startsWith('http')).map(([path]) => path)).toEqual([]);
  });

  it('are listed by npm run sbom with hashes, without those for development', () => {
    const printed = execFileSync('npm', ['run', '-s', 'sbom'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const { bomFormat, components } = JSON.parse(printed) as Inventory;
    const names = components.map(({ group, name }) => (group === undefined ? name : `${group}/${name}`));
    expect(bomFormat).toBe('CycloneDX');
    expect(names).toEqual(expect.arrayContaining(['@nestjs/core', 'undici', 'zod']));
    expect(names).not.toContain('jest');
    expect(components.filter(({ hashes }) => !hashes?.length)).toEqual([]);
  });
});
