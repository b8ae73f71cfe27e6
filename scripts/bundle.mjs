import { build } from 'esbuild';
import { chmod, readFile, writeFile } from 'node:fs/promises';

/**
 * After the compiler: makes one file of the modules that a start loads. Resolving and reading
 * nearly two thousand of them took half of the CPU time to ready and a fifth of the idle memory
 * (`npm run bench -- start idle`). Not minified: stack traces keep their names. What the program
 * loads on demand stays a file of its own, in `dist/chunks`.
 */
const OPTIONAL_PEERS = [
  // Nest and Terminus ask for these and do without.
  '@nestjs/microservices',
  '@nestjs/websockets',
  '@nestjs/typeorm',
  '@nestjs/sequelize',
  '@nestjs/mongoose',
  '@nestjs/platform-socket.io',
  '@mikro-orm/*',
  '@grpc/*',
  'class-validator',
  'class-transformer',
  'mongoose',
  'sequelize',
  'typeorm',
];

await build({
  entryPoints: ['dist/main.js', 'dist/cli.js'],
  outdir: 'dist',
  allowOverwrite: true,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  external: OPTIONAL_PEERS,
  // Bundled CommonJS modules ask for Node's own modules by `require`.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  logLevel: 'warning',
});
await chmod('dist/cli.js', 0o755);

// Of this package the program needs only the data: `zones/bundled-zones.ts` looks for them here.
const zoneData = await readFile(new URL(import.meta.resolve('moment-timezone/data/packed/latest.json')), 'utf8');
const { version, zones, links } = JSON.parse(zoneData);
await writeFile('dist/zone-data.json', JSON.stringify({ version, zones, links }));
