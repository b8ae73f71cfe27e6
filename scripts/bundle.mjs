import { build } from 'esbuild';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * After the compiler: makes one file of the modules that a start loads. Resolving and reading
 * nearly two thousand of them took half of the CPU time to ready and a fifth of the idle memory
 * (`npm run bench -- start idle`). Not minified: stack traces keep their names. What the program
 * loads on demand stays a file of its own, in `dist/chunks`.
 */
const OPTIONAL_PEERS = [
  // Only for a log on a terminal, which a container does not have.
  'pino-pretty',
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

/**
 * Classes keep the names that logs and errors call them by. A decorated class is compiled to `let
 * Task = class Task {…}`, and the bundler renames the inner one; one that mentions itself becomes
 * `var Task = class _Task {…}`. Its `keepNames` would name every function as well, each time one is
 * made: a third more CPU time for each request.
 */
const DECORATED_CLASS = /\blet (\w+) = (\w+_1 = )?class \1( extends [\w.]+)? \{/g;
const RENAMED_CLASS = /\b(?:var|let|const) (\w+) = class _\1( extends [\w.]+)? \{/g;

const decoratedClasses = {
  name: 'decorated-classes',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      return { contents: code.replace(DECORATED_CLASS, 'let $1 = $2class$3 { static name = "$1";'), loader: 'js' };
    });
  },
};

const { outputFiles } = await build({
  entryPoints: ['dist/main.js', 'dist/cli.js'],
  outdir: 'dist',
  allowOverwrite: true,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  plugins: [decoratedClasses],
  write: false,
  external: OPTIONAL_PEERS,
  // Bundled CommonJS modules ask for Node's own modules by `require`.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  logLevel: 'warning',
});
for (const { path, text } of outputFiles) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text.replace(RENAMED_CLASS, '$& static name = "$1";'));
}
await chmod('dist/cli.js', 0o755);
