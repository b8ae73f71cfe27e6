import { chmodSync, copyFileSync, cpSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DIST, ROOT } from '../built-program.ts';
import { dockerfile } from './dockerfile.ts';

interface LockedPackage {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}

/**
 * What the image holds, in a folder: the program, production dependencies only, the Node.js that runs it, and one
 * folder that the worker may write to. Everything else belongs to whoever runs the tests, and is read-only.
 */
export class ImageLayout {
  readonly root = mkdtempSync(join(tmpdir(), 'worker-image-'));
  readonly data = join(this.root, 'data');
  private readonly app = join(this.root, 'app');
  private readonly bin = join(this.root, 'bin');

  constructor() {
    mkdirSync(this.app);
    mkdirSync(this.bin);
    mkdirSync(this.data);
    cpSync(join(ROOT, 'package.json'), join(this.app, 'package.json'));
    cpSync(DIST, join(this.app, 'dist'), { recursive: true });
    for (const path of productionPackages()) this.copyPackage(path);
    link(process.execPath, join(this.bin, 'node'));
    for (const folder of [this.bin, join(this.app, 'dist'), this.app, this.root]) chmodSync(folder, 0o555);
  }

  /** A command of the Dockerfile, with its paths inside the layout. */
  command(name: 'CMD' | 'HEALTHCHECK'): string[] {
    const [program = '', ...parameters] = dockerfile.command(name);
    return [program.replace(/^node$/, join(this.bin, 'node')), ...parameters.map((text) => this.inside(text))];
  }

  /** The environment that the Dockerfile sets, with its paths inside the layout. */
  get environment(): Record<string, string> {
    const variables = Object.entries(dockerfile.environment).map(([name, value]) => [name, this.inside(value)]);
    return { PATH: this.bin, ...(Object.fromEntries(variables) as Record<string, string>) };
  }

  remove(): void {
    chmodSync(this.root, 0o755);
    chmodSync(this.app, 0o755);
    chmodSync(join(this.app, 'dist'), 0o755);
    chmodSync(this.bin, 0o755);
    rmSync(this.root, { recursive: true, force: true });
  }

  private inside(text: string): string {
    return text.replace('/app/', `${this.app}/`).replace('sqlite:/data/', `sqlite:${this.data}/`);
  }

  private copyPackage(path: string): void {
    cpSync(join(ROOT, path), join(this.app, path), { recursive: true, filter: (source) => this.belongs(path, source) });
  }

  /** Packages inside a package have an entry of their own in the lock file. */
  private belongs(path: string, source: string): boolean {
    return !source.slice(join(ROOT, path).length).includes('/node_modules');
  }
}

/** What `npm prune --omit=dev --omit=optional` leaves. */
function productionPackages(): string[] {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  return Object.entries(lock.packages)
    .filter(([path, { dev, optional, devOptional }]) => path !== '' && !dev && !optional && !devOptional)
    .map(([path]) => path);
}

function link(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
  }
}
