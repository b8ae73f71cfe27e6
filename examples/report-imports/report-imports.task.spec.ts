import { FakeAnswer, FakeDataApi, runTask } from '../../src/testing/index.js';
import { ImportOrdersTask } from './import-orders.task.js';
import { ReportImportsTask } from './report-imports.task.js';

const slot = new Date('2026-11-23T02:00:00.000Z');

describe('report_imports', () => {
  it.each([undefined, 'end' as const])('reports the import of the day once, after a crash at %s', async (crashAt) => {
    const dataApi = new FakeDataApi({ 'POST /api/v1/imports': { orders: 7 }, 'POST /api/v1/reports': {} });
    const test = { at: slot, slot, ...(crashAt && { crashAt }) };
    const { run, followers } = await runTask(ImportOrdersTask, [dataApi.provider, ReportImportsTask], test);
    expect(followers).toMatchObject([{ task: 'report_imports', status: 'succeeded', after: run.id }]);
    expect(dataApi).toHaveReceived('POST', '/api/v1/reports', { body: { day: '2026-11-23' } });
  });

  it('reports nothing of an import that has failed', async () => {
    const dataApi = new FakeDataApi({ 'POST /api/v1/imports': new FakeAnswer(null, {}, 503) });
    const result = await runTask(ImportOrdersTask, [dataApi.provider, ReportImportsTask]);
    expect(result).toHaveEnded('failed', 'HTTP_503');
    expect(result.followers).toEqual([]);
  });
});
