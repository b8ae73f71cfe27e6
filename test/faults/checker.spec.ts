import { runViolations, effectViolations } from './checker.ts';
import type { RecordedRun } from './scenario.ts';
import { DataApiModel } from './server/data-api-model.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 10, 23, 12, 0, second)).toISOString();

function run(slot: number, change: Partial<RecordedRun> = {}): RecordedRun {
  return {
    id: `run-${slot}`,
    task: 'cleanup_old_orders',
    trigger: 'schedule',
    slot: at(slot),
    status: 'succeeded',
    reason: null,
    attempt: 1,
    queuedAt: at(slot),
    startedAt: at(slot),
    finishedAt: at(slot + 1),
    items: null,
    result: null,
    error: null,
    ...change,
  };
}

const everySecond = { intervals: { cleanup_old_orders: 1_000 } };

describe('the checker accepts', () => {
  it('slots with one outcome each', () => {
    expect(runViolations([run(3), run(2), run(1)], everySecond)).toEqual([]);
  });

  it('a skipped slot while a run is active', () => {
    const slow = run(1, { finishedAt: at(5) });
    const skipped = run(2, { status: 'skipped', reason: 'overlap', finishedAt: at(2) });
    expect(runViolations([slow, skipped], everySecond)).toEqual([]);
  });
});

describe('the checker finds', () => {
  it('a slot without an outcome', () => {
    expect(runViolations([run(1), run(4)], everySecond)).toEqual([expect.stringContaining('no outcome for 2 slots')]);
  });

  it('a slot with two outcomes', () => {
    expect(runViolations([run(1), run(1, { id: 'again', startedAt: at(9) })])).toContainEqual(
      expect.stringContaining('two outcomes'),
    );
  });

  it('a slot off the grid', () => {
    const off = run(1, { slot: new Date(Date.parse(at(1)) + 10).toISOString() });
    expect(runViolations([off], everySecond)).toContainEqual(expect.stringContaining('off its grid'));
  });

  it('two runs of a task at once', () => {
    expect(runViolations([run(1, { finishedAt: at(5) }), run(2)])).toEqual([expect.stringContaining('began before')]);
  });

  it('two active runs of a task', () => {
    const active = { status: 'running', finishedAt: null };
    expect(runViolations([run(1, active), run(2, active)])).toContainEqual(expect.stringContaining('2 active runs'));
  });

  it('a final run that has not finished', () => {
    expect(runViolations([run(1, { finishedAt: null })])).toContainEqual(expect.stringContaining('has not finished'));
  });

  it('an order that was lost', () => {
    const model = new DataApiModel();
    model.addOrders(['1']);
    expect(effectViolations(model)).toEqual([expect.stringContaining('1 orders were not processed')]);
  });

  it('an operation that took effect twice', () => {
    const model = new DataApiModel();
    model.keys.effect('process:1');
    model.keys.effect('process:1');
    expect(effectViolations(model)).toEqual(['process:1 took effect 2 times']);
  });

  it('a request that nobody asked for', () => {
    const model = new DataApiModel();
    model.unexpected.push('DELETE /');
    expect(effectViolations(model)).toEqual(['unexpected request: DELETE /']);
  });
});
