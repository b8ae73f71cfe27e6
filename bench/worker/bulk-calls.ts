import { writeFileSync } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { DataApiClient as Client } from '../../src/data-api/index.ts';
import type { BaseTask as Task } from '../../src/worker/index.ts';
import { REPORT } from '../measure/program.ts';
import { fromWorker } from './built-worker.ts';
import { startWorker } from './worker-application.ts';

/** Items a second, each in a request of its own, and many in one. */
export interface BulkReport {
  readonly single: number;
  readonly bulk: number;
}

const AT_ONCE = 8;
const SINGLE_CALLS = 1_600;
const BULK_CALLS = 400;
const ITEMS_OF_CALL = 100;

const { BaseTask } = await fromWorker<{ BaseTask: typeof Task }>('worker/index.js');
const { anyAnswer, DataApiClient } = await fromWorker<{ anyAnswer: z.ZodType; DataApiClient: typeof Client }>(
  'data-api/index.js',
);
const results = z.array(z.object({ id: z.number(), status: z.number() }));

class BulkTask extends BaseTask {
  readonly name = 'bulk';
  override readonly manualOnly = true;
  private readonly dataApi: Client;

  constructor(dataApi: Client) {
    super();
    this.dataApi = dataApi;
  }

  async execute(): Promise<void> {
    const single = await perSecond(SINGLE_CALLS, 1, (call) =>
      this.dataApi.post('/api/v1/bulk', anyAnswer, { key: `single:${call}`, body: { ids: [call] } }),
    );
    const bulk = await perSecond(BULK_CALLS, ITEMS_OF_CALL, (call) => {
      const items = Array.from({ length: ITEMS_OF_CALL }, (_, index) => call * ITEMS_OF_CALL + index);
      return this.dataApi.bulk('/api/v1/bulk', items, results, { key: 'bulk', body: (ids) => ({ ids }) });
    });
    writeFileSync(REPORT, JSON.stringify({ single, bulk } satisfies BulkReport));
  }
}
Inject(DataApiClient)(BulkTask, undefined, 0);
Injectable()(BulkTask);

async function perSecond(calls: number, items: number, call: (number: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < calls) await call(next++);
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return (calls * items * 1_000) / (performance.now() - begun);
}

const worker = await startWorker({ tasks: [BulkTask] });
await worker.run('bulk');
await worker.stop();
