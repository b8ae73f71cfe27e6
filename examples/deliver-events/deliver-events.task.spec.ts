import { FakeAnswer, FakeDataApi, runTask } from '../../src/testing/index.js';
import { DeliverEventsTask } from './deliver-events.task.js';

const events = Array.from({ length: 20 }, (_, id) => ({ id: `e${id}` }));
const subscribers = [{ id: 'ada' }, { id: 'bob' }, { id: 'eve' }];

describe('deliver_events', () => {
  it('hands each event to each subscriber, and names what one of them refuses', async () => {
    const dataApi = new FakeDataApi({
      'GET /api/v1/events': { items: events },
      'GET /api/v1/subscribers': { items: subscribers },
    });
    const hooks = new FakeDataApi({
      'POST /subscribers/:id': ({ params, body }) => {
        const refused = params['id'] === 'eve' && (body as { id: string }).id === 'e3';
        return refused ? new FakeAnswer({ error: 'full' }, {}, 507) : {};
      },
    });
    const result = await runTask(DeliverEventsTask, [dataApi.provider, hooks.providerOf('hooks')]);
    expect(result).toHaveEnded('partial');
    expect(result.run.items).toMatchObject({ total: 60, succeeded: 59, failed: 1 });
    expect(result.failedItems).toMatchObject([{ id: 'e3:eve', error: { code: 'HTTP_507' } }]);
    expect(hooks).toHaveReceived('POST', '/subscribers/ada', { key: 'deliver:e19:ada', body: { id: 'e19' } });
  });
});
