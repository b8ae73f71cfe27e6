import { transformFileSync } from '@swc/core';
import { readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newFolder } from '../measure/folders.ts';

const SOURCE = fileURLToPath(new URL('./bare-nest', import.meta.url));
const NODE_MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

/**
 * Compiles the application that `nest new` creates, as `nest build` would. Returns the path of its
 * `main.js`.
 */
export function compileBareNest(): string {
  const folder = newFolder();
  symlinkSync(NODE_MODULES, join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const file of readdirSync(SOURCE)) {
    writeFileSync(join(folder, file.replace(/\.ts$/, '.js')), compiled(join(SOURCE, file)));
  }
  return join(folder, 'main.js');
}

function compiled(file: string): string {
  return transformFileSync(file, {
    swcrc: false,
    module: { type: 'es6' },
    jsc: {
      target: 'es2024',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
  }).code;
}
