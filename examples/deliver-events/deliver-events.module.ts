import { Module } from '@nestjs/common';
import { DataApiModule } from '../../src/data-api/index.js';
import { DeliverEventsTask } from './deliver-events.task.js';

@Module({ imports: [DataApiModule.register({ name: 'hooks' })], providers: [DeliverEventsTask] })
export class DeliverEventsModule {}
