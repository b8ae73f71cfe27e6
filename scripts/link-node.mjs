import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * After an install: makes sure that npm scripts find the Node.js that came with it. Several
 * optional packages bring a `node`, one for each platform. npm 10 removes the links of those it
 * does not keep, and with them that of the one it keeps; `npm rebuild` puts it back.
 */
const name = `node-${process.platform}-${process.arch}`;
const npm = process.env['npm_execpath'];

if (npm && existsSync(`node_modules/${name}`) && !existsSync('node_modules/.bin/node')) {
  const { status } = spawnSync(process.execPath, [npm, 'rebuild', name], { stdio: ['ignore', 'ignore', 'inherit'] });
  process.exitCode = status ?? 1;
}
