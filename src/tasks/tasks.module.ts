import { Module } from '@nestjs/common';
import { CleanupOldOrdersModule } from './cleanup-old-orders/cleanup-old-orders.module.js';
import { ProcessPendingOrdersModule } from './process-pending-orders/process-pending-orders.module.js';
import { SendRemindersModule } from './send-reminders/send-reminders.module.js';
import { SyncExternalDataModule } from './sync-external-data/sync-external-data.module.js';

/** Every task of this worker. A new task is a module of its own in this folder, and a line here. */
@Module({
  imports: [CleanupOldOrdersModule, SendRemindersModule, SyncExternalDataModule, ProcessPendingOrdersModule],
})
export class TasksModule {}
