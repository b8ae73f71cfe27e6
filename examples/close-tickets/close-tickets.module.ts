import { Module } from '@nestjs/common';
import { CloseTicketsTask } from './close-tickets.task.js';

@Module({ providers: [CloseTicketsTask] })
export class CloseTicketsModule {}
