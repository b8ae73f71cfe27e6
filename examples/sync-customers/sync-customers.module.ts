import { Module } from '@nestjs/common';
import { DataApiModule } from '../../src/data-api/index.js';
import { SyncCustomersTask } from './sync-customers.task.js';

@Module({ imports: [DataApiModule.register({ name: 'billing' })], providers: [SyncCustomersTask] })
export class SyncCustomersModule {}
