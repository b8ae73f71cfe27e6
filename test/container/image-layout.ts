import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DIST, ROOT } from '../built-program.ts';
import { dockerfile } from './dockerfile.ts';

interface LockedPackage {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}

/**
 * What the image holds, in a folder: the program, production dependencies only, the Node.js that
 * runs it, and one folder that the worker may write to. Everything else belongs to whoever runs the
 * tests, and is read-only.
 *
 * Dependencies are links, and Node.js is told to look no further than them: what production does
 * not have is not found.
 */
export class ImageLayout {
  readonly root = mkdtempSync(join(tmpdir(), 'worker-image-'));
  readonly data = join(this.root, 'data');
  private readonly app = join(this.root, 'app');
  private readonly bin = join(this.root, 'bin');

  constructor() {
    for (const folder of [this.app, this.bin, this.data]) mkdirSync(folder);
    cpSync(join(ROOT, 'package.json'), join(this.app, 'package.json'));
    cpSync(DIST, join(this.app, 'dist'), { recursive: true });
    for (const path of productionPackages()) link(join(ROOT, path), join(this.app, path));
    link(process.execPath, join(this.bin, 'node'));
    for (const folder of this.readOnlyFolders) chmodSync(folder, 0o555);
  }

  /** A command of the Dockerfile, with its paths inside the layout. */
  command(name: 'CMD' | 'HEALTHCHECK'): string[] {
    const [program = '', ...parameters] = dockerfile.command(name);
    return [program.replace(/^node$/, join(this.bin, 'node')), ...parameters.map((text) => this.inside(text))];
  }

  /** The environment that the Dockerfile sets, with its paths inside the layout. */
  get environment(): Record<string, string> {
    const variables = Object.entries(dockerfile.environment).map(([name, value]) => [name, this.inside(value)]);
    const fromDockerfile = Object.fromEntries(variables) as Record<string, string>;
    return { PATH: this.bin, NODE_OPTIONS: '--preserve-symlinks', ...fromDockerfile };
  }

  remove(): void {
    for (const folder of this.readOnlyFolders.reverse()) chmodSync(folder, 0o755);
    rmSync(this.root, { recursive: true, force: true });
  }

  /** The innermost first. */
  private get readOnlyFolders(): string[] {
    return [this.bin, join(this.app, 'dist'), join(this.app, 'node_modules'), this.app, this.root];
  }

  private inside(text: string): string {
    return text.replace('/app/', `${this.app}/`).replace('sqlite:/data/', `sqlite:${this.data}/`);
  }
}

/** What `npm prune --omit=dev --omit=optional` leaves; what lies inside a package comes with it. */
function productionPackages(): string[] {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  return Object.entries(lock.packages)
    .filter(([, { dev, optional, devOptional }]) => !dev && !optional && !devOptional)
    .map(([path]) => path)
    .filter((path) => path.lastIndexOf('node_modules/') === 0);
}

function link(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(source, target);
}
