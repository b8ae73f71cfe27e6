import { readFileSync } from 'node:fs';

const { config } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  config: { node_options: string; malloc: string };
};

/**
 * What the npm scripts and the image start the worker with: keeps memory in proportion to what is
 * in use, not to what has passed through. The buffers of 64 endless answers gather to 20 MB before
 * V8 collects them, not to 70; a list of a million orders takes 17 MB more than one of 10,000, not
 * 45.
 */
export const START_OPTIONS: readonly string[] = config.node_options.split(' ');

/**
 * Variables of glibc that go with them: what a burst of answers has freed goes back to the system,
 * where by itself each thread would keep some of it. See docs/decisions/bounded-heap.md.
 */
export const START_ENVIRONMENT: Readonly<Record<string, string>> = Object.fromEntries(
  config.malloc.split(' ').map((setting) => setting.split('=') as [string, string]),
);
