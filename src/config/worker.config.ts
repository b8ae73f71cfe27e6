import { registerAs } from '@nestjs/config';
import { readEnvironmentFile } from './environment-file.js';
import { loadSettings } from './load-settings.js';

/**
 * The configuration as a Nest provider: `@Inject(workerConfig.KEY) settings: WorkerSettings`.
 * The only place that reads `process.env`.
 */
export const workerConfig = registerAs('worker', () => loadSettings(process.env, readEnvironmentFile()));
