import { FakeDataApi, runTask } from '../../testing/index.js';
import { currentRunScope } from '../../worker/execution/run-scope.js';
import { SyncExternalDataTask } from './sync-external-data.task.js';

describe('sync_external_data', () => {
  it('answers with the statistics of the API, whatever they are', async () => {
    const dataApi = new FakeDataApi(() => ({ created: 3, details: { skipped: 1 } }));
    const result = await runTask(SyncExternalDataTask, [dataApi.provider]);
    expect(result).toHaveSucceeded();
    expect(result.run.result).toEqual({ created: 3, details: { skipped: 1 } });
  });

  it('asks for three attempts, from 5 s, doubling', async () => {
    const policies: unknown[] = [];
    const dataApi = new FakeDataApi(() => {
      policies.push(currentRunScope()?.retry);
      return {};
    });
    await runTask(SyncExternalDataTask, [dataApi.provider]);
    expect(policies).toEqual([{ attempts: 3, baseDelay: 5_000, factor: 2 }]);
  });

  it('names its slot in the key, and a manual run its id, so that repeats are recognised', async () => {
    const dataApi = new FakeDataApi(() => ({}));
    const slot = new Date('2026-11-23T12:30:00.000Z');
    await runTask(SyncExternalDataTask, [dataApi.provider], { slot });
    const { run } = await runTask(SyncExternalDataTask, [dataApi.provider]);
    expect(dataApi.requests.map(({ key }) => key)).toEqual(['sync:2026-11-23T12:30:00.000Z', `sync:${run.id}`]);
  });
});
