import { Module } from '@nestjs/common';
import { ImportOrdersTask } from './import-orders.task.js';
import { ReportImportsTask } from './report-imports.task.js';

@Module({ providers: [ImportOrdersTask, ReportImportsTask] })
export class ReportImportsModule {}
