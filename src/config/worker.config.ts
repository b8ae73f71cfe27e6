import { ConfigModule, registerAs } from '@nestjs/config';
import { readEnvironmentFile } from './environment-file.js';
import { loadSettings } from './load-settings.js';

/**
 * The configuration as a Nest provider: `@Inject(workerConfig.KEY) settings: WorkerSettings`.
 * The only place that reads `process.env`.
 */
export const workerConfig = registerAs('worker', () => loadSettings(process.env, readEnvironmentFile()));

/** Nest reads no file: it would take `.env` of the working directory, with every variable in it. */
export const settingsModule = () => ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [workerConfig] });
