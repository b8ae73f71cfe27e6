import { cacheCompiledCode } from './compile-cache.js';
import { requireNode } from './node-version.js';
import { StopSignals } from './service/stop-signals.js';

requireNode();
cacheCompiledCode();
const signals = new StopSignals();
const { bootstrap } = await import('./service/bootstrap.js');
await bootstrap(signals);
