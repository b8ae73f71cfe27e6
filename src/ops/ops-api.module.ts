import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AccessGuard } from './access/access.guard.js';
import { Authentication } from './access/authentication.js';
import { OpsTokens } from './access/ops-tokens.js';
import { PublicAddress } from './access/public-address.js';
import { Sessions } from './access/sessions.js';
import { ItemsController } from './api/items.controller.js';
import { OpenApiController } from './api/openapi.controller.js';
import { ProblemFilter } from './api/problem.filter.js';
import { RunsController } from './api/runs.controller.js';
import { SessionController } from './api/session.controller.js';
import { SystemController } from './api/system.controller.js';
import { TasksController } from './api/tasks.controller.js';
import { ConsoleController } from './console/console.controller.js';
import { EventFeed } from './events/event-feed.js';
import { EventsController } from './events/events.controller.js';
import { OpsModule } from './ops.module.js';

/** The ops API and the console: what `ops` shows and takes, over HTTP. */
@Module({
  imports: [OpsModule],
  controllers: [
    TasksController,
    RunsController,
    ItemsController,
    SystemController,
    SessionController,
    EventsController,
    OpenApiController,
    ConsoleController,
  ],
  providers: [
    { provide: APP_FILTER, useClass: ProblemFilter },
    AccessGuard,
    Authentication,
    OpsTokens,
    PublicAddress,
    Sessions,
    EventFeed,
  ],
})
export class OpsApiModule {}
