#!/usr/bin/env node
import { cacheCompiledCode } from './compile-cache.js';
import { boundHeapGrowth } from './heap-growth.js';
import { requireNode } from './node-version.js';

requireNode();
cacheCompiledCode();
boundHeapGrowth();
const { endProcess, ignoreClosedPipes } = await import('./cli/process-end.js');
ignoreClosedPipes();
const { main } = await import('./cli/main.js');
await endProcess(await main(process.argv));
