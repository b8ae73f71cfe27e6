import { Module } from '@nestjs/common';
import { CleanupOldOrdersTask } from './cleanup-old-orders.task.js';

@Module({ providers: [CleanupOldOrdersTask] })
export class CleanupOldOrdersModule {}
