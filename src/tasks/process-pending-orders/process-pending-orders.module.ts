import { Module } from '@nestjs/common';
import { ProcessPendingOrdersTask } from './process-pending-orders.task.js';

@Module({ providers: [ProcessPendingOrdersTask] })
export class ProcessPendingOrdersModule {}
