import { brokenAnswers, codeOf, deep, wrongBodies } from './hostile/answers.ts';
import { lazy } from './lazy.ts';
import { type Case, outcomeOf } from './hostile/outcomes.ts';
import type { Behaviour } from './scripted-server.ts';
import type { TaskName } from './scenario.ts';
import type { Route } from './server/data-api-model.ts';

const PAGE = '{"items": [{"id": "order-00000"}], "total": 1}';
const MAX_GROWTH_BYTES = 64 * 1024 * 1024;
/** Three attempts of a second each, their pauses, and the start of a process on a busy machine. */
const MAX_RUN_MS = 12_000;
/** The policy of the sync pauses for up to 5 s after the first attempt, 10 s after the second. */
const MAX_SYNC_MS = MAX_RUN_MS + 15_000;

const answers: readonly (readonly [TaskName, Route, string, Behaviour])[] = [
  ...Object.entries({ ...wrongBodies(PAGE), ...brokenAnswers(PAGE) }).map(
    ([name, behaviour]) => ['process_pending_orders', 'list orders', name, behaviour] as const,
  ),
  ['cleanup_old_orders', 'clean up', 'null', (_, reply) => reply.json(200, null)],
  ['cleanup_old_orders', 'clean up', 'an error in a 200', (_, reply) => reply.json(200, { error: 'internal error' })],
  ['cleanup_old_orders', 'clean up', 'a count in words', (_, reply) => reply.json(200, { deleted_count: '3' })],
  ['cleanup_old_orders', 'clean up', 'a negative count', (_, reply) => reply.json(200, { deleted_count: -1 })],
  ['cleanup_old_orders', 'clean up', 'half a count', (_, reply) => reply.json(200, { deleted_count: 0.5 })],
  ['sync_external_data', 'sync', 'a list of statistics', (_, reply) => reply.json(200, [])],
  ['sync_external_data', 'sync', 'null', (_, reply) => reply.json(200, null)],
  ['sync_external_data', 'sync', 'deep statistics', (_, reply) => reply.send(200, `{"synced": ${deep(100_000)}}`)],
  ['sync_external_data', 'sync', 'the report of a failure', (_, reply) => reply.json(200, { success: false })],
  ['send_reminders', 'list bookings', 'a page without items', (_, reply) => reply.json(200, { total: 0 })],
];

const cases = answers.map(([task, route, name, behaviour]) => ({
  title: `${name}, to ${task}`,
  code: codeOf(name),
  hostile: {
    task,
    // What comes late on a busy machine is an answer all the same.
    environment: codeOf(name) === 'BAD_ANSWER' ? { DATA_API_TIMEOUT: '8s' } : {},
    prepare: ({ server }) => {
      server.model.addNumberedOrders(1);
      server.on(route, behaviour);
    },
    expectations: { everyOrderProcessed: false },
  } satisfies Case,
}));

describe('an answer that proves nothing ends the run as failed, soon, in little memory, and touches nothing else:', () => {
  const usual = lazy(() => outcomeOf({ task: 'cleanup_old_orders', prepare: () => undefined }));

  it.concurrent.each(cases)('$title', async ({ code, hostile }) => {
    const outcome = await outcomeOf(hostile);
    expect(outcome).toMatchObject({ run: { status: 'failed', error: { code } }, violations: [] });
    expect(outcome.code).toBe(code === 'UNREACHABLE' ? 6 : 1);
    expect(outcome.duration).toBeLessThan(hostile.task === 'sync_external_data' ? MAX_SYNC_MS : MAX_RUN_MS);
    expect(outcome.peakRss - (await usual()).peakRss).toBeLessThan(MAX_GROWTH_BYTES);
  });
});
