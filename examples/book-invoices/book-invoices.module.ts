import { Module } from '@nestjs/common';
import { DataApiModule } from '../../src/data-api/index.js';
import { BookInvoicesTask } from './book-invoices.task.js';

@Module({ imports: [DataApiModule.register({ name: 'billing' })], providers: [BookInvoicesTask] })
export class BookInvoicesModule {}
