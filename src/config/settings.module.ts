import { ConfigModule } from '@nestjs/config';
import { workerConfig } from './worker.config.js';

/** Nest reads no file: it would take `.env` of the working directory, with every variable in it. */
export const settingsModule = () => ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [workerConfig] });
