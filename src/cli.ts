#!/usr/bin/env -S node --
// Decorators need it before they run, an order which the bundler does not keep among chunks.
import 'reflect-metadata';
import { cacheCompiledCode } from './process/compile-cache.js';
import { requireNode } from './process/node-version.js';

requireNode('worker');
cacheCompiledCode();
const { endProcess, ignoreClosedPipes } = await import('./process/process-end.js');
ignoreClosedPipes();
const { main } = await import('./cli/main.js');
await endProcess(await main(process.argv));
