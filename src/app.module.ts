import { Module } from '@nestjs/common';
import { settingsModule } from './config/settings.module.js';
import { DataApiModule } from './data-api/data-api.module.js';
import { EnginesModule } from './engines/engines.module.js';
import { HealthModule } from './health/health.module.js';
import { LedgerModule } from './ledger/ledger.module.js';
import { LoggingModule } from './logging/logging.module.js';
import { OpsApiModule } from './ops/ops-api.module.js';
import { OpsModule } from './ops/ops.module.js';
import { TasksModule } from './tasks/tasks.module.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';
import { WorkerModule } from './worker/worker.module.js';

@Module({
  imports: [
    settingsModule(),
    LoggingModule,
    LedgerModule,
    EnginesModule,
    DataApiModule.forRoot(),
    WorkerModule,
    OpsModule,
    OpsApiModule,
    TelemetryModule,
    HealthModule,
    TasksModule,
  ],
})
export class AppModule {}
