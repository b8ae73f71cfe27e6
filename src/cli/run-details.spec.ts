import type { ItemRecord } from '../ledger/item-ledger.js';
import { aRun } from '../worker/testing/task-context.fake.js';
import { NO_COLORS } from './format/colors.js';
import { failedItemsTable, runDetails } from './run-details.js';
import { NOW } from './testing/application.fake.js';

const OPTIONS = { now: NOW, colors: NO_COLORS, width: null, timeZone: 'UTC' };

function before(milliseconds: number): Date {
  return new Date(NOW.getTime() - milliseconds);
}

describe('the details of a run', () => {
  it('tells times as clocks in the zone of the reader show them', () => {
    const run = aRun({ startedAt: new Date('2026-11-23T12:00:00.000Z') });
    expect(runDetails(run, { ...OPTIONS, timeZone: 'Asia/Tokyo' })).toMatch(/^started +2026-11-23 21:00:00 /m);
  });

  it('tell everything that there is', () => {
    const run = aRun({
      trigger: 'schedule',
      slot: before(60_000),
      status: 'partial',
      attempt: 2,
      startedAt: before(60_000),
      finishedAt: before(30_000),
      items: { total: 1_050, succeeded: 1_047, failed: 3, skipped: 0 },
      result: { processed: 1_047, failed: 3 },
    });
    expect(runDetails(run, OPTIONS).split('\n')).toEqual([
      'run       01930000-0000-7000-8000-000000000001',
      'task      some_task',
      'status    partial',
      'trigger   schedule',
      'attempt   2',
      'slot      2026-11-23 11:59:00 UTC (1 min ago)',
      'started   2026-11-23 11:59:00 UTC (1 min ago)',
      'finished  2026-11-23 11:59:30 UTC (30 s ago)',
      'duration  30.0s',
      'items     1,050 total, 1,047 succeeded, 3 failed, 0 skipped',
      'result    {"processed":1047,"failed":3}',
    ]);
  });

  it.each([
    [{ trigger: 'after', after: '0193-1' }, 'after run 0193-1'],
    [{ trigger: 'retry', retryOf: '0193-1' }, 'retry of run 0193-1'],
    [{ trigger: 'retry' }, 'retry'],
  ] as const)('name the run that it comes from: %j', (run, trigger) => {
    expect(runDetails(aRun(run), OPTIONS)).toContain(`\ntrigger   ${trigger}\n`);
  });

  it('leave out what does not apply', () => {
    const run = aRun({ status: 'skipped', reason: 'overlap', queuedAt: before(5_000), startedAt: null });
    expect(runDetails(run, OPTIONS).split('\n')).toEqual([
      'run       01930000-0000-7000-8000-000000000001',
      'task      some_task',
      'status    skipped',
      'reason    overlap: the run before was still active',
      'trigger   manual',
      'queued    2026-11-23 11:59:55 UTC (5 s ago)',
    ]);
  });

  it('show an error on one line, whatever it contains', () => {
    const error = { name: 'DataApiError', message: 'no\n\u001b[2J', code: 'HTTP_500' };
    expect(runDetails(aRun({ status: 'failed', error }), OPTIONS)).toMatch(
      /^error {5}DataApiError: no \\u001b\[2J \(HTTP_500\)$/m,
    );
  });
});

describe('the failed items of a run', () => {
  const item = (id: string) => ({ id, error: { name: 'E', message: 'refused', code: 'HTTP_422' }, attempts: 1 });

  const record = (id: string, failedRuns: number, quarantinedUntil: Date | null): [string, ItemRecord] => {
    const record = {
      id,
      failedRuns,
      crashes: 0,
      firstFailedAt: NOW,
      lastFailedAt: NOW,
      lastError: '',
      quarantinedUntil,
    };
    return [id, record];
  };

  it('are named with the reason, how often they failed, and until when they are in quarantine', () => {
    const trouble = new Map([record('7', 5, new Date(NOW.getTime() + 600_000)), record('8', 1, before(1))]);
    expect(failedItemsTable([item('7'), item('8')], trouble, OPTIONS).split('\n')).toEqual([
      'Failed items (2)',
      'ITEM  TRIED  FAILED RUNS  QUARANTINED     ERROR',
      '7        1×   5 in a row  ends in 10 min  refused (HTTP_422)',
      '8        1×   1 in a row                  refused (HTTP_422)',
    ]);
  });

  it('stop at fifty, with the way to all of them', () => {
    const items = Array.from({ length: 1_060 }, (_, index) => item(`order-${index}`));
    const lines = failedItemsTable(items, new Map(), OPTIONS).split('\n');
    expect(lines[0]).toBe('Failed items (1,060)');
    expect(lines).toHaveLength(53);
    expect(lines.at(-1)).toBe('and 1,010 more: --json shows them all');
  });

  it('cannot command the terminal by their ids', () => {
    expect(failedItemsTable([item('a\u001b]0;x\u0007')], new Map(), OPTIONS)).toContain('a\\u001b]0;x\\u0007');
  });
});
