import { readFileSync } from 'node:fs';

const { config } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  config: { node_options: string };
};

/**
 * What the npm scripts and the image start the worker with: keeps memory in proportion to what is
 * in use, not to what has passed through. Without it the buffers of 64 endless answers gather to 70
 * MB before V8 collects them, with it to 20.
 */
export const START_OPTIONS: readonly string[] = config.node_options.split(' ');
