import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../built-program.ts';

const text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8').replaceAll(/\\\n\s*/g, '');
const [, lastStage = ''] = /\nFROM [^\n]* AS worker\n([\s\S]*)$/.exec(text) ?? [];

/** The deployed stage of the Dockerfile, as far as it can be executed without building an image. */
export const dockerfile = {
  /** The command in its JSON form, of CMD itself or of HEALTHCHECK. */
  command(name: 'CMD' | 'HEALTHCHECK'): string[] {
    const [, json] =
      new RegExp(`^${name === 'CMD' ? 'CMD' : 'HEALTHCHECK .*CMD'} (\\[.*\\])$`, 'm').exec(lastStage) ?? [];
    if (json === undefined) throw new TypeError(`The Dockerfile has no ${name}`);
    return JSON.parse(json) as string[];
  },

  /** What the build stage leaves in /app of the image; a target folder ends in a slash. */
  get copies(): { readonly source: string; readonly target: string }[] {
    const lines = [...lastStage.matchAll(/^COPY --from=build (.*)$/gm)].map(([, paths = '']) => paths.split(' '));
    return lines.flatMap((paths) => {
      const target = paths.pop() ?? '';
      return paths.map((source) => ({ source: source.replace('/app/', ''), target }));
    });
  },

  /** Release of Node.js in the image. */
  get nodeVersion(): string | undefined {
    return /^ARG NODE_IMAGE=node:([\d.]+)-/m.exec(text)?.[1];
  },

  get environment(): Record<string, string> {
    const [, pairs = ''] = /^ENV (.*)$/m.exec(lastStage) ?? [];
    return Object.fromEntries(pairs.split(/\s+/).map((pair) => pair.split('=', 2) as [string, string]));
  },

  /** Numeric user and group. */
  get user(): { readonly uid: number; readonly gid: number } {
    const [, uid, gid] = /^USER (\d+):(\d+)$/m.exec(lastStage) ?? [];
    return { uid: Number(uid), gid: Number(gid) };
  },
};
