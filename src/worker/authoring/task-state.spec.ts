import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { runTask } from '../../testing/index.js';
import { BaseTask } from './base.task.js';
import { BatchTask } from './batch.task.js';
import type { ItemContext } from './item-context.js';
import { singlePage } from './pages/pages.js';
import type { TaskContext } from './task-context.js';
import { taskState } from './task-state.js';

@Injectable()
class CountingTask extends BaseTask {
  readonly name = 'counting';
  override readonly manualOnly = true;
  override readonly state = taskState(z.object({ runs: z.int() }).default({ runs: 0 }));

  async execute(_context: TaskContext): Promise<number> {
    this.state.set({ runs: this.state.value.runs + 1 });
    return this.state.value.runs;
  }
}

@Injectable()
class WatermarkTask extends BatchTask<number> {
  readonly name = 'watermark';
  override readonly manualOnly = true;
  override readonly state = taskState(z.int().optional());
  readonly pages = singlePage(async () => [1, 3, 2].filter((item) => item > (this.state.value ?? 0)));

  async processItem(item: number, _context: ItemContext): Promise<void> {
    if (item > (this.state.value ?? 0)) this.state.set(item);
    if (item === WatermarkTask.failing) throw new Error('no');
  }

  static failing: number | undefined;
}

beforeEach(() => {
  WatermarkTask.failing = undefined;
});

describe('The state of a task', () => {
  it('is what the schema makes of nothing, and then what the last run has left', async () => {
    const first = await runTask(CountingTask);
    expect([first.run.result, first.state]).toEqual([1, { runs: 1 }]);
    const next = await runTask(CountingTask, [], { state: first.state });
    expect([next.run.result, next.state]).toEqual([2, { runs: 2 }]);
  });

  it('stays where it was when a run does not succeed as a whole, or is dry', async () => {
    expect((await runTask(WatermarkTask, [], { state: 1 })).state).toBe(3);
    expect((await runTask(WatermarkTask, [], { state: 1, dryRun: true })).state).toBe(1);
    WatermarkTask.failing = 2;
    const failed = await runTask(WatermarkTask, [], { state: 1 });
    expect(failed).toHaveEnded('partial');
    expect(failed.state).toBe(1);
  });

  it('goes on after a crash with what the run had set', async () => {
    const { run, state } = await runTask(WatermarkTask, [], { crashAt: 'end' });
    expect(run).toMatchObject({ status: 'succeeded', attempt: 2 });
    expect(state).toBe(3);
  });

  it('may be nothing again, for this run and for the next one', async () => {
    @Injectable()
    class VersionTask extends BaseTask {
      readonly name = 'version';
      override readonly manualOnly = true;
      override readonly state = taskState(z.string().optional());
      async execute(): Promise<unknown> {
        const found = this.state.value ?? 'nothing';
        // As of an API that names no version.
        this.state.set(undefined);
        return [found, this.state.value ?? 'nothing'];
      }
    }
    const { run, state } = await runTask(VersionTask, [], { state: '"v1"' });
    expect(run).toMatchObject({ status: 'succeeded', result: ['"v1"', 'nothing'] });
    const next = await runTask(VersionTask, [], { state });
    expect(next.run).toMatchObject({ status: 'succeeded', result: ['nothing', 'nothing'] });
  });

  it('is not read against its schema', async () => {
    const result = await runTask(CountingTask, [], { state: { runs: 'many' } });
    expect(result).toHaveEnded('failed', 'STATE_INVALID');
    expect(result.run.error?.message).toMatch(/state of counting is on record as \{"runs":"many"\}.*begin anew by/s);
  });

  it.each([
    [{ runs: 0.5 }, 'was set to what its schema does not take'],
    [{ runs: 1, note: 'x'.repeat(20_000) }, 'characters of JSON'],
  ])('is not set to what it cannot be: case %#', async (value, problem) => {
    @Injectable()
    class WrongTask extends CountingTask {
      override async execute(): Promise<number> {
        this.state.set(value);
        return 0;
      }
    }
    const result = await runTask(WrongTask);
    expect(result).toHaveEnded('failed', 'STATE_INVALID');
    expect(result.run.error?.message).toContain(problem);
  });

  it('needs a schema that takes undefined', async () => {
    @Injectable()
    class DemandingTask extends BaseTask {
      readonly name = 'demanding';
      override readonly manualOnly = true;
      override readonly state = taskState(z.string());
      async execute(): Promise<void> {}
    }
    await expect(runTask(DemandingTask)).rejects.toThrow('.optional() or .default(…)');
  });

  it('belongs to runs', () => {
    expect(() => new CountingTask().state.value).toThrow('use it in execute, processItem or pages');
  });
});
