import { cacheCompiledCode } from './compile-cache.js';
import { boundHeapGrowth } from './heap-growth.js';
import { requireNode } from './node-version.js';
import { StopSignals } from './service/stop-signals.js';

requireNode();
cacheCompiledCode();
boundHeapGrowth();
const signals = new StopSignals();
const { bootstrap } = await import('./service/bootstrap.js');
await bootstrap(signals);
