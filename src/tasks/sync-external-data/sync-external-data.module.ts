import { Module } from '@nestjs/common';
import { SyncExternalDataTask } from './sync-external-data.task.js';

@Module({ providers: [SyncExternalDataTask] })
export class SyncExternalDataModule {}
