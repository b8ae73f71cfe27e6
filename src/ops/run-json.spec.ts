import { aRun } from '../worker/testing/task-context.fake.js';
import { failedItemJson, runJson } from './run-json.js';

describe('a run as JSON', () => {
  it('has the keys of the contract, in its order, and no other', () => {
    const error = { name: 'E', message: 'm', code: 'C', stack: 'secret' };
    const items = { total: 1, succeeded: 1, failed: 0, skipped: 0, extra: 1 };
    const run = { ...aRun({ error, items, slot: new Date(0) }), owner: 'somebody' };
    expect(JSON.stringify(runJson(run))).toBe(
      '{"id":"01930000-0000-7000-8000-000000000001","task":"some_task","trigger":"manual",' +
        '"slot":"1970-01-01T00:00:00.000Z","status":"running","reason":null,"attempt":1,' +
        '"queuedAt":"1970-01-01T00:00:00.000Z","startedAt":"1970-01-01T00:00:00.000Z","finishedAt":null,"durationMs":null,' +
        '"items":{"total":1,"succeeded":1,"failed":0,"skipped":0},"params":null,"dryRun":false,"actor":null,"worker":null,"result":null,' +
        '"error":{"name":"E","message":"m","code":"C"}}',
    );
  });

  it('says null where there is nothing', () => {
    expect(runJson(aRun({ result: undefined }))).toMatchObject({ items: null, result: null, error: null, slot: null });
  });

  it('names the run that it comes from', () => {
    const run = aRun({ retryOf: '0193-1', retriedAttempt: 2 });
    expect(JSON.stringify(runJson(run))).toContain('"dryRun":false,"retryOf":"0193-1","actor":null');
  });

  it('keeps failed items to id, error and attempts', () => {
    const item = { id: '7', error: { name: 'E', message: 'm', code: 'C' }, attempts: 3 };
    expect(failedItemJson({ ...item, ...{ position: 1 } })).toEqual(item);
  });
});
