import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { z } from 'zod';
import { DataApiClient } from '../../data-api/index.js';
import { BaseTask, MINUTE, SECOND, type TaskContext } from '../../worker/index.js';

const syncStatistics = z.record(z.string(), z.unknown());

/** Has the Data API synchronise with the external system; the result is its statistics. */
@Injectable()
export class SyncExternalDataTask extends BaseTask<Record<string, unknown>> {
  readonly name = 'sync_external_data';

  /** The external system needs longer to recover than the Data API itself. */
  override readonly retry = { attempts: 3, baseDelay: 5 * SECOND, factor: 2 };

  constructor(private readonly dataApi: DataApiClient) {
    super();
  }

  @Interval(30 * MINUTE)
  async execute({ slot, runId }: TaskContext): Promise<Record<string, unknown>> {
    return this.dataApi.post('/api/v1/sync', syncStatistics, { key: `sync:${slot?.toISOString() ?? runId}` });
  }
}
