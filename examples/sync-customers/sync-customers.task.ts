import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { z } from 'zod';
import { anyAnswer, DataApiClient, InjectDataApi, path } from '../../src/data-api/index.js';
import { BatchTask, type ItemContext, type Key, keysetPages, MINUTE, taskState } from '../../src/worker/index.js';

const page = z.object({ items: z.array(z.looseObject({ changed_at: z.iso.datetime() })) });
type Customer = z.infer<typeof page>['items'][number];

/** A watermark: hands on what has changed since the last run that succeeded, oldest first. */
@Injectable()
export class SyncCustomersTask extends BatchTask<Customer> {
  readonly name = 'sync_customers';
  override readonly state = taskState(z.iso.datetime().optional());

  readonly pages = keysetPages(({ after, limit }) => this.changedSince(after ?? this.state.value, limit), {
    key: ({ changed_at }) => changed_at,
  });

  constructor(
    private readonly dataApi: DataApiClient,
    @InjectDataApi('billing') private readonly billing: DataApiClient,
  ) {
    super();
  }

  @Interval(10 * MINUTE)
  async processItem(customer: Customer, { id }: ItemContext): Promise<void> {
    await this.billing.put(path`/customers/${id}`, anyAnswer, { body: customer });
    if (customer.changed_at > (this.state.value ?? '')) this.state.set(customer.changed_at);
  }

  private async changedSince(since: Key | undefined, limit: number): Promise<Customer[]> {
    return (await this.dataApi.get('/api/v1/customers', page, { query: { since, limit } })).items;
  }
}
