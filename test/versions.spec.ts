import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './built-program.ts';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, version]) => version);

interface Package {
  readonly version: string;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

describe('Versions', () => {
  const { version, optionalDependencies } = JSON.parse(read('package.json')) as Package;
  const dockerfile = read('Dockerfile');

  it('of Node.js are the same in the image and in the packages', () => {
    const inPackages = Object.values(optionalDependencies);
    const inImage = found(dockerfile, /^ARG NODE_IMAGE=node:([\d.]+)/gm);
    expect([...new Set([...inPackages, ...inImage])]).toHaveLength(1);
    expect(inImage).toHaveLength(1);
  });

  it('of the worker are the same in the package, the image and the manifest', () => {
    expect(found(dockerfile, /^ARG VERSION=(.+)$/gm)).toEqual([version]);
    expect(found(read('deploy/kubernetes.yaml'), /image: task-worker:(\S+)/g)).toEqual([version]);
  });
});
