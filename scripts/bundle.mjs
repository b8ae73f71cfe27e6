import { build } from 'esbuild';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';

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

/** Nest's packages do not say that an unused module of them can go; it can. */
const PRUNABLE = /[\\/]node_modules[\\/]@nestjs[\\/]/;

/**
 * What axios asks of its surroundings as it is loaded, and needs only for requests that the worker
 * sends otherwise: the mere names of `FormData` and `Response` load Node's own undici.
 */
const EAGER = [
  [/[\\/]axios[\\/]lib[\\/]utils\.js$/, /^const FormDataCtor = .*;$/m, 'const FormDataCtor = undefined;'],
  [/[\\/]axios[\\/]lib[\\/]adapters[\\/]fetch\.js$/, /^const adapter = getFetch\(\);$/m, 'const adapter = undefined;'],
];

/**
 * Spares each start what it has no use for: of Node's own modules the wrappers for `import`, which
 * read every export (that of `node:http` loads Node's own undici: 55 ms and 14 MB), and of the
 * packages what nothing refers to.
 */
const lean = {
  name: 'lean',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /./ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (pluginData === lean) return undefined;
      if (isBuiltin(path)) return kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined;
      if (!path.startsWith('@nestjs/') && !PRUNABLE.test(importer)) return undefined;
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: lean });
      return PRUNABLE.test(found.path) ? { ...found, sideEffects: false } : found;
    });
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
    for (const [filter, eager, instead] of EAGER) {
      onLoad({ filter }, async ({ path }) => {
        const contents = await readFile(path, 'utf8');
        if (!eager.test(contents)) throw new Error(`${path} is not what it was: see EAGER in scripts/bundle.mjs`);
        return { contents: contents.replace(eager, instead) };
      });
    }
    // Of the object `z` everything is kept, of the namespace only what is called.
    onLoad({ filter: /[\\/]dist[\\/].*\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/^import \{ z \} from 'zod';$/m, "import * as z from 'zod';"),
    }));
  },
};

await build({
  plugins: [lean],
  entryPoints: [
    { in: 'dist/main.js', out: 'main' },
    { in: 'dist/cli.js', out: 'cli' },
    // Runs in a thread of its own.
    { in: 'dist/ledger/postgres/beat-thread.program.js', out: 'beat-thread' },
  ],
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
