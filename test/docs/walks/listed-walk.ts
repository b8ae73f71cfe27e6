import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from '../../built-program.ts';

/** One file of a walk, as `docs/architecture.md` lists it. */
export interface ListedFile {
  readonly path: string;
  /** The name by which another file reaches this one without importing it, such as a contract's. */
  readonly through: string | undefined;
}

const ITEM = /^\d+\. `(src\/[^`]+\.ts)`(?: \(through `(\w+)`\))?/;

/** The numbered list below `<!-- walk: NAME -->`. */
export function listedWalk(text: string, name: string): ListedFile[] {
  const lines = text.split('\n');
  const mark = lines.indexOf(`<!-- walk: ${name} -->`);
  if (mark === -1) throw new TypeError(`docs/architecture.md has no list marked <!-- walk: ${name} -->`);
  const end = lines.findIndex((line, index) => index > mark && /^(#|<!--)/.test(line));
  return lines.slice(mark, end === -1 ? undefined : end).flatMap((line) => {
    const [, path, through] = ITEM.exec(line) ?? [];
    return path === undefined ? [] : [{ path, through }];
  });
}

/** The names in the diagram above the list, such as `armed-task`, in their order. */
export function drawnWalk(text: string, name: string): string[] {
  const before = text.slice(0, text.indexOf(`<!-- walk: ${name} -->`));
  const diagram = before.slice(before.lastIndexOf('```mermaid'));
  const nodes = [...diagram.matchAll(/\["(\d+) ([^"]+)"\]/g)];
  return nodes.sort(([, a], [, b]) => Number(a) - Number(b)).map(([, , file = '']) => file);
}

/** Files after the first that no other leads to, by an import or by the name in the list. */
export function unreachable(files: readonly ListedFile[]): string[] {
  return files.flatMap(({ path, through }, index) => {
    const others = files.map((file) => file.path).filter((other) => other !== path);
    const leads = (other: string) =>
      through === undefined ? imports(other).includes(path) : mentions(other, through) && mentions(path, through);
    return index === 0 || others.some(leads) ? [] : [path];
  });
}

function imports(path: string): string[] {
  const specifiers = source(path).matchAll(/from '(\.[^']+)\.js'/g);
  return [...specifiers].map(([, specifier]) => relative(ROOT, join(ROOT, dirname(path), `${specifier}.ts`)));
}

function mentions(path: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(source(path));
}

function source(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
