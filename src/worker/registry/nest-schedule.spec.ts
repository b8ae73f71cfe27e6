import { Module } from '@nestjs/common';
import { Cron, CronExpression, type CronOptions, Interval, ScheduleModule, Timeout } from '@nestjs/schedule';
import { aTask, loadedRegistryOf, problemsOf } from './testing/application.js';

const options = (documented: Record<string, unknown>) => documented as CronOptions;

const both = options({ timeZone: 'Europe/Paris', utcOffset: 120 });
/** As much of Luxon's as tells it apart: `@Cron` takes it as it takes a Date. */
const luxonDateTime = { toJSDate: () => new Date(), toString: () => '2026-11-28T04:00:00.000Z' } as never;

/** What the documents of `@nestjs/schedule` show, and what comes of it when it is pasted. */
describe('a decorator of @nestjs/schedule', () => {
  it.each<[string, MethodDecorator, string | null, string?]>([
    ['Cron with seconds', Cron('45 * * * * *'), '45 * * * * *'],
    ['Cron with five fields', Cron('0 3 * * *'), '0 3 * * *'],
    ['a CronExpression', Cron(CronExpression.EVERY_30_SECONDS), '*/30 * * * * *'],
    ['name', Cron('0 0 * * *', { name: 'notifications' }), '0 0 * * *'],
    ['timeZone', Cron('* * 0 * * *', { timeZone: 'Europe/Paris' }), '* * 0 * * *', 'Europe/Paris'],
    ['a name and a zone', Cron('0 9 * * *', { name: 'x', timeZone: 'Asia/Tokyo' }), '0 9 * * *', 'Asia/Tokyo'],
    ['a timeZone that is undefined', Cron('0 0 * * *', options({ timeZone: undefined })), '0 0 * * *'],
    ['waitForCompletion', Cron('0 0 * * *', { waitForCompletion: true }), '0 0 * * *'],
    ['disabled: false', Cron('0 0 * * *', { disabled: false }), '0 0 * * *'],
    ['disabled', Cron('0 0 * * *', { disabled: true }), null],
    ['Interval', Interval(10_000), 'every 10s'],
    ['Interval with a name', Interval('notifications', 2_500), 'every 2500ms'],
  ])('%s is honoured', async (_case, decorator, text, timezone = 'UTC') => {
    const registry = await loadedRegistryOf({ providers: [aTask({}, decorator)] });
    const { schedule } = registry.get('some_task');
    if (text === null) expect(schedule).toBeNull();
    else expect(schedule).toMatchObject({ text, timezone });
  });

  it.each(Object.entries(CronExpression))('CronExpression.%s is honoured', async (_name, expression) => {
    const registry = await loadedRegistryOf({ providers: [aTask({}, Cron(expression))] });
    expect(registry.get('some_task').schedule).not.toBeNull();
  });

  it.each<[string, MethodDecorator, RegExp]>([
    ['Cron with a Date', Cron(new Date(Date.now() + 10_000)), /a cron expression .*: a schedule repeats/],
    ['utcOffset', Cron('0 0 * * *', options({ utcOffset: 120 })), /timeZone with an IANA zone/],
    ['unrefTimeout', Cron('0 0 * * *', { unrefTimeout: true }), /the process ends on a signal/],
    ['waitForCompletion: false', Cron('0 0 * * *', { waitForCompletion: false }), /overlap says what happens/],
    ['threshold', Cron('0 0 * * *', { threshold: 500 }), /catchUp of the task decides about late slots/],
    ['initialDelay', Cron('0 0 * * *', { initialDelay: 5_000 }), /the first run is that of the first slot/],
    ['Timeout', Timeout(5_000), /@Interval or @Cron.*RUN_ON_START/],
    ['Timeout with a name', Timeout('notifications', 2_500), /@Interval or @Cron.*RUN_ON_START/],
    ['Cron with a DateTime of Luxon', Cron(luxonDateTime), /a cron expression .*: a schedule repeats/],
    ['timeZone beside utcOffset', Cron('0 0 * * *', both), /timeZone with an IANA zone/],
    ['a timeZone that IANA lacks', Cron('0 0 * * *', { timeZone: 'Europe/Pariss' }), /IANA.*Europe\/Paris/],
    ['a timeZone that is a number', Cron('0 0 * * *', options({ timeZone: 2 })), /IANA/],
    ['Interval of half a millisecond', Interval(0.5), /a whole number of milliseconds/],
    ['Interval without its milliseconds', Interval('notifications', undefined as never), /a whole number of millisec/],
  ])('%s is refused with the remedy', async (_case, decorator, remedy) => {
    const problems = await problemsOf({ providers: [aTask({}, decorator)] });
    expect(problems).toMatchObject([{ subject: 'task some_task', expected: expect.stringMatching(remedy) }]);
  });
});

describe('ScheduleModule', () => {
  const importing = (schedule: ReturnType<typeof ScheduleModule.forRoot>) => {
    @Module({ imports: [schedule] })
    class BillingModule {}
    return { modules: [BillingModule], providers: [aTask({}, Interval(10_000))] };
  };
  const off = { cronJobs: false, intervals: false, timeouts: false };

  it.each([
    ['forRoot()', ScheduleModule.forRoot()],
    ['forRoot with some timers on', ScheduleModule.forRoot({ ...off, timeouts: true })],
    ['forRootAsync', ScheduleModule.forRootAsync({ useFactory: () => ({}) })],
  ])('.%s fails the start, which names the module that imports it', async (_case, schedule) => {
    expect(await problemsOf(importing(schedule))).toMatchObject([
      { subject: 'module BillingModule', expected: expect.stringContaining('no ScheduleModule') },
    ]);
  });

  it('with its timers off is let in, for SchedulerRegistry', async () => {
    expect(await problemsOf(importing(ScheduleModule.forRoot(off)))).toEqual([]);
  });
});
