import { useScenario } from './faults/use-scenario.ts';
import { EventReader } from './ops/event-reader.ts';
import { addressOf, OpsClient } from './ops/ops-client.ts';

const TASK = 'process_pending_orders';

describe('the stream of events', () => {
  const test = useScenario();

  it('tells of runs, and goes on where it was cut', async () => {
    const url = await addressOf(await test.current.ready());
    const client = new OpsClient(url);
    const reader = await EventReader.open(url);
    const { body } = await client.post(`/api/v1/tasks/${TASK}/run`);
    const started = await reader.next(({ type, data }) => type === 'run' && data['status'] === 'running');
    expect(started.data).toMatchObject({ id: body.id, task: TASK });
    reader.close();
    await client.until(`/api/v1/runs/${body.id}`, (answer) => answer.body.finishedAt !== null);

    const resumed = await EventReader.open(url, { 'last-event-id': started.id! });
    const finished = await resumed.next(({ data }) => data['status'] === 'succeeded');
    expect(finished.data).toMatchObject({ id: body.id });
    expect(resumed.told.filter(({ id }) => id === started.id)).toEqual([]);
    resumed.close();
  });

  it('says that all has to be read again where it cannot go on', async () => {
    const url = await addressOf(await test.current.ready());
    const reader = await EventReader.open(url, { 'last-event-id': 'of-another-process' });
    await reader.next(({ data }) => data['event'] === 'stream.reset');
    reader.close();
  });

  it('is opened five times by one caller, and not six times (security: streams)', async () => {
    const url = await addressOf(await test.current.ready());
    const readers = [];
    for (let count = 0; count < 5; count += 1) readers.push(await EventReader.open(url));
    expect((await fetch(`${url}/api/v1/events`)).status).toBe(429);
    for (const reader of readers) reader.close();
  });

  it('ends when the service stops, and holds nothing back (security: streams)', async () => {
    const worker = await test.current.ready();
    const reader = await EventReader.open(await addressOf(worker));
    const end = worker.stop();
    await reader.ended;
    expect(await end).toMatchObject({ code: 0 });
  });
});
