import { Module } from '@nestjs/common';
import { SendRemindersTask } from './send-reminders.task.js';

@Module({ providers: [SendRemindersTask] })
export class SendRemindersModule {}
