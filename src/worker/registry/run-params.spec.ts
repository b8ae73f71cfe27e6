import { Interval } from '@nestjs/schedule';
import { z } from 'zod';
import { HOUR } from '../../time/duration.js';
import { runTask } from '../../testing/index.js';
import { BaseTask } from '../authoring/base.task.js';
import type { TaskContext } from '../authoring/task-context.js';
import { paramsFromTexts, ParamsInvalidError, valuesOf } from './run-params.js';
import { aTask, problemsOf } from './testing/application.js';

class ImportTask extends BaseTask {
  readonly name = 'import';
  override readonly params = z.object({
    since: z.iso.date(),
    count: z.number().int().default(10),
    full: z.boolean().default(false),
    region: z.enum(['eu', 'us']).default('eu'),
  });

  async execute(): Promise<void> {}
}

class PlainTask extends BaseTask {
  readonly name = 'plain';

  async execute(): Promise<void> {}
}

const given = (texts: Record<string, string>, task: BaseTask = new ImportTask()) =>
  paramsFromTexts(task, new Map(Object.entries(texts)));

describe('The parameters of a run', () => {
  it('are read as texts or as JSON, and recorded as they were given', () => {
    const params = given({ since: '2026-01-01', count: '5' });
    expect(params).toEqual({ since: '2026-01-01', count: 5 });
    expect(valuesOf(new ImportTask(), params ?? {})).toEqual({
      since: '2026-01-01',
      count: 5,
      full: false,
      region: 'eu',
    });
  });

  it('are none for a task that takes none', () => {
    expect(given({}, new PlainTask())).toBeNull();
  });

  it.each([
    [{}, 'since is missing'],
    [{ since: 'yesterday' }, 'since is "yesterday"'],
    [{ since: '2026-01-01', count: 'many' }, 'count is "many", expected a value of type number'],
    [{ since: '2026-01-01', region: 'mars' }, 'region is "mars", expected one of "eu"|"us"'],
    [{ since: '2026-01-01', cuont: '5' }, 'cuont is not one of them, did you mean count?'],
    [{ since: '2026-01-01', zone: 'x' }, 'which are since, count, full, region'],
    [{ since: '2026-01-01', constructor: 'x' }, 'constructor is not one of them'],
  ])('that do not fit (%j) are refused with a sentence', (texts, sentence) => {
    expect(() => given(texts)).toThrow(sentence);
    expect(() => given(texts)).toThrow(ParamsInvalidError);
  });

  it('are refused by a task that takes none', () => {
    expect(() => given({ since: '2026-01-01' }, new PlainTask())).toThrow('it takes none; declare since');
  });

  it('are worked out once an attempt, dates and changing defaults included', async () => {
    let asked = 0;
    class SettleTask extends BaseTask {
      readonly name = 'settle';
      override readonly manualOnly = true;
      override readonly params = z.object({
        since: z.coerce.date(),
        until: z.coerce.date().default(() => new Date(++asked)),
      });

      async execute(context: TaskContext<{ since: Date; until: Date }>): Promise<unknown> {
        const { since } = context.params;
        return [since.getTime(), context.params.until.getTime(), context.params.until.getTime()];
      }
    }
    const { run } = await runTask(SettleTask, [], { params: { since: '2026-01-01' } });
    expect(run).toMatchObject({ status: 'succeeded', params: { since: '2026-01-01' } });
    const [since, first, second] = run.result as number[];
    expect(since).toBe(Date.UTC(2026, 0, 1));
    expect(first).toBe(second);
  });

  it('of yes and no are read as such', async () => {
    const misread = { params: z.object({ full: z.coerce.boolean().default(false) }), manualOnly: true };
    expect(await problemsOf({ providers: [aTask(misread)] })).toMatchObject([
      {
        found: 'with the parameter full, for which the text false is true',
        expected: expect.stringContaining('z.boolean()'),
      },
    ]);
    const read = { params: z.object({ full: z.boolean(), dry: z.stringbool() }), manualOnly: true };
    expect(await problemsOf({ providers: [aTask(read)] })).toEqual([]);
  });

  it('need defaults where a schedule starts the task, and a schema', async () => {
    const { params } = new ImportTask();
    const scheduled = { providers: [aTask({ params }, Interval(HOUR))] };
    expect(await problemsOf(scheduled)).toMatchObject([{ found: 'with params that have to be given: since' }]);
    expect(await problemsOf({ providers: [aTask({ params, manualOnly: true })] })).toEqual([]);
    const shapeless = { providers: [aTask({ params: { since: 1 }, manualOnly: true })] };
    expect(await problemsOf(shapeless)).toMatchObject([{ expected: 'z.object({ … })' }]);
  });
});
