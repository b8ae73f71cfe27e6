import { Injectable } from '@nestjs/common';
import { anyAnswer, DataApiClient } from '../../src/data-api/index.js';
import { BaseTask, type TaskContext } from '../../src/worker/index.js';
import { ImportOrdersTask } from './import-orders.task.js';

/** The second link: reports each import that has succeeded, once. */
@Injectable()
export class ReportImportsTask extends BaseTask {
  readonly name = 'report_imports';
  override readonly after = [ImportOrdersTask];

  constructor(private readonly dataApi: DataApiClient) {
    super();
  }

  async execute({ at }: TaskContext): Promise<void> {
    const body = { day: at.toISOString().slice(0, 10) };
    await this.dataApi.post('/api/v1/reports', anyAnswer, { key: `report:${at.toISOString()}`, body });
  }
}
