import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { z } from 'zod';
import { anyAnswer, DataApiClient, InjectDataApi, path } from '../../src/data-api/index.js';
import { BatchTask, type ItemContext, MINUTE, pages, type TaskContext } from '../../src/worker/index.js';

const list = z.object({ items: z.array(z.looseObject({ id: z.string() })) });
type Entry = z.infer<typeof list>['items'][number];
interface Delivery {
  readonly event: Entry;
  readonly subscriber: Entry;
}

/**
 * A fan-out: hands each new event to each subscriber, through a gateway that takes 50 requests a
 * second. Every delivery is an item of its own: one that fails holds up no other.
 *
 *     HOOKS_API_URL=https://hooks.example.com
 *     HOOKS_API_RATE=50/s
 */
@Injectable()
export class DeliverEventsTask extends BatchTask<Delivery> {
  readonly name = 'deliver_events';

  readonly pages = pages((run) => this.deliveries(run));

  constructor(
    private readonly dataApi: DataApiClient,
    @InjectDataApi('hooks') private readonly hooks: DataApiClient,
  ) {
    super();
  }

  override idOf({ event, subscriber }: Delivery): string {
    return `${event.id}:${subscriber.id}`;
  }

  @Interval(MINUTE)
  async processItem({ event, subscriber }: Delivery, { id }: ItemContext): Promise<void> {
    await this.hooks.post(path`/subscribers/${subscriber.id}`, anyAnswer, { key: `deliver:${id}`, body: event });
  }

  private async *deliveries({ window }: TaskContext): AsyncGenerator<Delivery[]> {
    const since = window.from?.toISOString();
    const events = await this.dataApi.get('/api/v1/events', list, { query: { since, until: window.to.toISOString() } });
    const subscribers = await this.dataApi.get('/api/v1/subscribers', list);
    for (const event of events.items) yield subscribers.items.map((subscriber) => ({ event, subscriber }));
  }
}
