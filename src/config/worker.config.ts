import { ConfigModule, type ConfigType, registerAs } from '@nestjs/config';
import { loadSettings } from './load-settings.js';

/**
 * The configuration as a Nest provider: `@Inject(workerConfig.KEY) settings: WorkerSettings`.
 * The only place that reads `process.env`.
 */
export const workerConfig = registerAs('worker', () => loadSettings(process.env));

export type WorkerConfig = ConfigType<typeof workerConfig>;

/** Reads `.env` of the working directory where there is one; the real environment wins over it. */
export const settingsModule = () => ConfigModule.forRoot({ isGlobal: true, load: [workerConfig] });
