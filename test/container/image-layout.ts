import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { DIST, ROOT } from '../built-program.ts';
import { dockerfile } from './dockerfile.ts';

/**
 * What the image holds, in a folder: what the Dockerfile copies into /app, the Node.js that runs
 * it, and one folder that the worker may write to. Everything else is read-only.
 */
export class ImageLayout {
  readonly root = mkdtempSync(join(tmpdir(), 'worker-image-'));
  readonly data = join(this.root, 'data');
  readonly app = join(this.root, 'app');
  private readonly bin = join(this.root, 'bin');

  constructor() {
    for (const folder of [this.app, this.bin, this.data]) mkdirSync(folder);
    for (const { source, target } of dockerfile.copies) {
      const path = join(this.app, target.endsWith('/') ? join(target, basename(source)) : target);
      cpSync(source.replace(/^dist\b/, DIST).replace(/^(?!\/)/, ROOT), path, { recursive: true });
    }
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
    return { PATH: this.bin, ...fromDockerfile };
  }

  remove(): void {
    for (const folder of this.readOnlyFolders.reverse()) chmodSync(folder, 0o755);
    rmSync(this.root, { recursive: true, force: true });
  }

  /** The innermost first. */
  private get readOnlyFolders(): string[] {
    return [this.bin, join(this.app, 'dist'), this.app, this.root];
  }

  private inside(text: string): string {
    return text.replace('/app/', `${this.app}/`).replace('sqlite:/data/', `sqlite:${this.data}/`);
  }
}

function link(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(source, target);
}
