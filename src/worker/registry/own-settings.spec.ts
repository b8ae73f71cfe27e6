import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Interval } from '@nestjs/schedule';
import { z } from 'zod';
import { DAY, HOUR, MINUTE } from '../../time/duration.js';
import { duration, taskSettings } from '../authoring/task-settings.js';
import { aTask, loadedRegistryOf, problemsOf } from './testing/application.js';

const schema = z.object({
  olderThan: duration({ from: MINUTE }).default(DAY),
  region: z.enum(['eu', 'us']),
  batchSize: z.number().int().default(10),
  tags: z.array(z.string()).default([]),
  apiKey: z.string().optional(),
});
const REGION = { TASK_SOME_TASK_REGION: 'eu' };

async function settingsOf(environment: Record<string, string>) {
  const settings = taskSettings(schema);
  const registry = await loadedRegistryOf({ providers: [aTask({ settings }, Interval(HOUR))], environment });
  return { values: settings.values, shown: registry.get('some_task').ownSettings };
}

const complaints = (environment: Record<string, string>, settings: unknown = taskSettings(schema)) =>
  problemsOf({ providers: [aTask({ settings }, Interval(HOUR))], environment });

describe("A task's own settings", () => {
  it('are read from its variables, as texts or as JSON, or have their defaults', async () => {
    expect((await settingsOf(REGION)).values).toEqual({ olderThan: DAY, region: 'eu', batchSize: 10, tags: [] });
    const environment = {
      ...REGION,
      TASK_SOME_TASK_OLDER_THAN: '5m',
      TASK_SOME_TASK_BATCH_SIZE: '7',
      TASK_SOME_TASK_TAGS: '["a"]',
      TASK_SOME_TASK_API_KEY: '12345',
    };
    const values = { olderThan: 5 * MINUTE, region: 'eu', batchSize: 7, tags: ['a'], apiKey: '12345' };
    expect((await settingsOf(environment)).values).toEqual(values);
  });

  it('are shown, but for secrets', async () => {
    const { shown } = await settingsOf({ ...REGION, TASK_SOME_TASK_API_KEY: 's3cret' });
    expect(shown).toContainEqual({ variable: 'TASK_SOME_TASK_REGION', value: '"eu"' });
    expect(JSON.stringify(shown)).not.toContain('s3cret');
  });

  it('are shown as their defaults where nothing sets them, or as not set', async () => {
    const { shown } = await settingsOf(REGION);
    expect(shown).toEqual([
      { variable: 'TASK_SOME_TASK_OLDER_THAN', value: '"1d" (default)' },
      { variable: 'TASK_SOME_TASK_REGION', value: '"eu"' },
      { variable: 'TASK_SOME_TASK_BATCH_SIZE', value: '"10" (default)' },
      { variable: 'TASK_SOME_TASK_TAGS', value: '"[]" (default)' },
      { variable: 'TASK_SOME_TASK_API_KEY', value: 'not set' },
    ]);
    const secret = taskSettings(z.object({ apiKey: z.string().default('s3cret') }));
    const registry = await loadedRegistryOf({ providers: [aTask({ settings: secret }, Interval(HOUR))] });
    expect(JSON.stringify(registry.get('some_task').ownSettings)).toMatch(/API_KEY.*\(default\)/);
    expect(JSON.stringify(registry.get('some_task').ownSettings)).not.toContain('s3cret');
  });

  it('of yes and no are read as such', async () => {
    const misread = taskSettings(z.object({ full: z.coerce.boolean().default(false) }));
    expect(await complaints({}, misread)).toMatchObject([
      { subject: 'task some_task', found: 'with the setting full, for which the text false is true' },
    ]);
    const settings = taskSettings(z.object({ full: z.boolean().default(true) }));
    expect(await complaints({ TASK_SOME_TASK_FULL: 'false' }, settings)).toEqual([]);
    expect(settings.values).toEqual({ full: false });
  });

  it('are read from files where the variable names one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'settings-'));
    const file = join(folder, 'key');
    writeFileSync(file, 'from-a-file\n');
    const { values } = await settingsOf({ ...REGION, TASK_SOME_TASK_API_KEY_FILE: file });
    expect(values.apiKey).toBe('from-a-file');
    rmSync(folder, { recursive: true });
    expect(await complaints({ ...REGION, TASK_SOME_TASK_API_KEY_FILE: file })).toMatchObject([
      { subject: 'TASK_SOME_TASK_API_KEY_FILE', expected: expect.stringContaining('ENOENT') },
    ]);
  });

  it('that are missing are told as not set', async () => {
    expect(await complaints({})).toMatchObject([{ subject: 'TASK_SOME_TASK_REGION', found: 'not set' }]);
  });

  it.each([
    [{}, 'TASK_SOME_TASK_REGION', 'one of "eu"|"us"'],
    [{ TASK_SOME_TASK_REGION: 'asia' }, 'TASK_SOME_TASK_REGION', 'one of "eu"|"us"'],
    [{ ...REGION, TASK_SOME_TASK_OLDER_THAN: '5s' }, 'TASK_SOME_TASK_OLDER_THAN', 'at least 1m'],
    [{ ...REGION, TASK_SOME_TASK_BATCH_SIZE: 'many' }, 'TASK_SOME_TASK_BATCH_SIZE', 'number'],
    [{ ...REGION, TASK_SOME_TASK_REGIO: 'eu' }, 'TASK_SOME_TASK_REGIO', 'TASK_SOME_TASK_REGION'],
    [{ ...REGION, TSK_SOME_TASK_REGION: 'eu' }, 'TSK_SOME_TASK_REGION', 'TASK_SOME_TASK_REGION'],
  ])('that are wrong (%j) fail the start with the variable', async (environment, subject, expected) => {
    expect(await complaints(environment as Record<string, string>)).toMatchObject([
      { subject, expected: expect.stringContaining(expected) },
    ]);
  });

  it('that do not go together, or take a name of the worker, fail the start', async () => {
    const pair = z.object({ min: z.number(), max: z.number() }).refine(({ min, max }) => min <= max, 'min up to max');
    const variables = { TASK_SOME_TASK_MIN: '2', TASK_SOME_TASK_MAX: '1' };
    expect(await complaints(variables, taskSettings(pair))).toMatchObject([{ expected: 'min up to max' }]);
    const taken = taskSettings(z.object({ readTimeout: z.string().optional() }));
    expect(await complaints({}, taken)).toMatchObject([{ found: 'with the setting readTimeout' }]);
    expect(await complaints({}, { region: 'eu' })).toMatchObject([{ expected: 'taskSettings(z.object({ … }))' }]);
  });

  it('are not there before the start', () => {
    expect(() => taskSettings(schema).values).toThrow('when the worker starts');
  });
});

describe('Concurrency and spread of a task', () => {
  const withItems = (environment: Record<string, string>) =>
    problemsOf({ providers: [aTask({}, Interval(HOUR))], environment });

  it('are settled at the start, the spread always alike', async () => {
    const environment = { TASK_SOME_TASK_SPREAD: '10m' };
    const delays = await Promise.all(
      [1, 2].map(async () => {
        const registry = await loadedRegistryOf({ providers: [aTask({}, Interval(HOUR))], environment });
        return registry.get('some_task').delay;
      }),
    );
    expect(delays[0]).toBeGreaterThan(0);
    expect(delays[0]).toBeLessThan(10 * MINUTE);
    expect(delays[1]).toBe(delays[0]);
  });

  it('are refused where they mean nothing', async () => {
    expect(await withItems({ TASK_SOME_TASK_CONCURRENCY: '4' })).toMatchObject([
      { subject: 'TASK_SOME_TASK_CONCURRENCY', expected: expect.stringContaining('no items') },
    ]);
    expect(await withItems({ TASK_SOME_TASK_CONCURRENCY: '0' })).toMatchObject([
      { subject: 'TASK_SOME_TASK_CONCURRENCY', expected: expect.stringContaining('from 1 to') },
    ]);
    expect(await withItems({ TASK_SOME_TASK_SPREAD: '2d' })).toMatchObject([{ subject: 'TASK_SOME_TASK_SPREAD' }]);
  });
});
