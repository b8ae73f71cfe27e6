import { Inject, Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { z } from 'zod';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { DataApiClient } from '../../data-api/index.js';
import { BaseTask, duration, HOUR, MINUTE, type TaskContext, taskSettings } from '../../worker/index.js';

const cleanupAnswer = z.object({ deleted_count: z.number().int().nonnegative() });

export interface CleanupResult {
  readonly deletedCount: number;
}

/** Deletes orders that are older than `olderThan` (30 days) at the reference instant. */
@Injectable()
export class CleanupOldOrdersTask extends BaseTask<CleanupResult> {
  readonly name = 'cleanup_old_orders';

  override readonly settings;

  constructor(
    private readonly dataApi: DataApiClient,
    @Inject(workerConfig.KEY) worker: WorkerSettings,
  ) {
    super();
    // `CLEANUP_OLDER_THAN` is its older name.
    this.settings = taskSettings(z.object({ olderThan: duration({ from: MINUTE }).default(worker.cleanupOlderThan) }));
  }

  @Interval(HOUR)
  async execute({ at }: TaskContext): Promise<CleanupResult> {
    const before = new Date(at.getTime() - this.settings.values.olderThan).toISOString();
    const answer = await this.dataApi.delete('/api/v1/orders/cleanup', cleanupAnswer, { query: { before } });
    return { deletedCount: answer.deleted_count };
  }
}
