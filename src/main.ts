// Decorators need it before they run, an order which the bundler does not keep among chunks.
import 'reflect-metadata';
import { cacheCompiledCode } from './process/compile-cache.js';
import { requireNode } from './process/node-version.js';
import { StopSignals } from './process/stop-signals.js';

requireNode('start');
cacheCompiledCode();
const signals = new StopSignals();
const { bootstrap } = await import('./service/bootstrap.js');
await bootstrap(signals);
