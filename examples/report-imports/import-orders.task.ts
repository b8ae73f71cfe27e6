import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { z } from 'zod';
import { DataApiClient } from '../../src/data-api/index.js';
import { BaseTask, type TaskContext } from '../../src/worker/index.js';

const imported = z.object({ orders: z.int() });
type Imported = z.infer<typeof imported>;

/** The first link of a chain: has the Data API import the orders of the day. */
@Injectable()
export class ImportOrdersTask extends BaseTask<Imported> {
  readonly name = 'import_orders';

  constructor(private readonly dataApi: DataApiClient) {
    super();
  }

  @Cron('0 2 * * *')
  async execute({ at }: TaskContext): Promise<Imported> {
    return this.dataApi.post('/api/v1/imports', imported, { key: `import:${at.toISOString()}` });
  }
}
