import { Injectable, Module } from '@nestjs/common';
import { Cron, type CronOptions, Interval, Timeout } from '@nestjs/schedule';
import { HOUR, MINUTE } from '../../time/duration.js';
import { BaseTask } from '../authoring/base.task.js';
import { aTask, loadedRegistryOf, problemsOf, registryOf } from './testing/application.js';

@Injectable()
class CleanupOldOrders extends BaseTask {
  readonly name = 'cleanup_old_orders';

  @Interval(HOUR)
  async execute(): Promise<void> {}
}

@Injectable()
class NightlyReport extends BaseTask {
  readonly name = 'nightly_report';
  override readonly timeout = 5 * MINUTE;
  override readonly overlap = 'queue';
  override readonly catchUp = 'all';

  @Cron('0 3 * * *', { timeZone: 'Europe/Berlin' })
  async execute(): Promise<void> {}
}

const TASKS = [NightlyReport, CleanupOldOrders];

describe('TaskRegistry', () => {
  it('knows the tasks by name, with their schedules and settings', async () => {
    const registry = await loadedRegistryOf({ providers: TASKS });
    expect(registry.all()).toEqual([
      expect.objectContaining({ name: 'cleanup_old_orders', timeout: 30 * MINUTE, overlap: 'skip', catchUp: 'latest' }),
      expect.objectContaining({ name: 'nightly_report', timeout: 5 * MINUTE, overlap: 'queue', catchUp: 'all' }),
    ]);
    expect(registry.get('cleanup_old_orders').schedule).toMatchObject({ text: 'every 1h', timezone: 'UTC' });
    expect(registry.get('nightly_report').schedule).toMatchObject({ text: '0 3 * * *', timezone: 'Europe/Berlin' });
    expect(registry.get('cleanup_old_orders').task).toBeInstanceOf(CleanupOldOrders);
  });

  it('lets the environment override what a task says', async () => {
    const registry = await loadedRegistryOf({
      providers: TASKS,
      environment: {
        TASK_CLEANUP_OLD_ORDERS_SCHEDULE: '0 4 * * *',
        TASK_CLEANUP_OLD_ORDERS_TIMEZONE: 'America/New_York',
        TASK_CLEANUP_OLD_ORDERS_TIMEOUT: '10s',
        TASK_CLEANUP_OLD_ORDERS_CATCH_UP: 'skip',
        TASK_NIGHTLY_REPORT_SCHEDULE: 'off',
      },
    });
    expect(registry.get('cleanup_old_orders')).toMatchObject({ timeout: 10_000, catchUp: 'skip' });
    expect(registry.get('cleanup_old_orders').schedule).toMatchObject({
      text: '0 4 * * *',
      timezone: 'America/New_York',
    });
    expect(registry.get('nightly_report').schedule).toBeNull();
  });

  it('keeps the zone of the decorator when only the expression is overridden, and the other way round', async () => {
    const expression = { TASK_NIGHTLY_REPORT_SCHEDULE: '0 5 * * *' };
    const zone = { TASK_NIGHTLY_REPORT_TIMEZONE: 'Asia/Tokyo' };
    const [first, second] = [
      await loadedRegistryOf({ providers: TASKS, environment: expression }),
      await loadedRegistryOf({ providers: TASKS, environment: zone }),
    ];
    expect(first.get('nightly_report').schedule).toMatchObject({ text: '0 5 * * *', timezone: 'Europe/Berlin' });
    expect(second.get('nightly_report').schedule).toMatchObject({ text: '0 3 * * *', timezone: 'Asia/Tokyo' });
  });

  it('reads cron expressions in UTC where nothing names a zone', async () => {
    const registry = await loadedRegistryOf({ providers: [aTask({}, Cron('0 3 * * *'))] });
    expect(registry.get('some_task').schedule?.timezone).toBe('UTC');
  });

  it.each([
    ['is manual only', aTask({ manualOnly: true })],
    ['has a disabled @Cron', aTask({}, Cron('0 3 * * *', { disabled: true }))],
  ])('has no schedule for a task that %s', async (_reason, task) => {
    const registry = await loadedRegistryOf({ providers: [task] });
    expect(registry.get('some_task').schedule).toBeNull();
  });

  it('schedules a task without a decorator when the environment does', async () => {
    const registry = await loadedRegistryOf({
      providers: [aTask({})],
      environment: { TASK_SOME_TASK_SCHEDULE: 'every 5m' },
    });
    expect(registry.get('some_task').schedule?.text).toBe('every 5m');
  });

  it('finds nothing under an unknown name, and says which one was probably meant', async () => {
    const registry = await loadedRegistryOf({ providers: TASKS });
    expect(registry.find('cleanup')).toBeUndefined();
    expect(() => registry.get('cleanup')).toThrow(/"cleanup"/);
    expect(registry.nearest('cleanup_old_order')).toBe('cleanup_old_orders');
  });

  it('answers nothing before it is loaded', async () => {
    const registry = await registryOf({ providers: TASKS });
    expect(() => registry.all()).toThrow(/load/);
    expect(() => registry.find('cleanup_old_orders')).toThrow(/load/);
    expect(() => registry.nearest('cleanup_old_orders')).toThrow(/load/);
  });

  it('knows one task that is provided under several tokens once', async () => {
    const alias = { provide: 'cleanup', useExisting: CleanupOldOrders };
    const registry = await loadedRegistryOf({ providers: [CleanupOldOrders, alias] });
    expect(registry.all()).toHaveLength(1);
  });

  it('knows a task that a factory or a value provides', async () => {
    const report = {
      provide: 'report',
      useFactory: () => Object.assign(new NightlyReport(), { name: 'other_report' }),
    };
    const cleanup = { provide: 'cleanup', useValue: new CleanupOldOrders() };
    const registry = await loadedRegistryOf({ providers: [report, cleanup] });
    expect(registry.all().map(({ name }) => name)).toEqual(['cleanup_old_orders', 'other_report']);
  });

  it('lets a task that inherits execute inherit its schedule', async () => {
    @Injectable()
    class CleanupOldBookings extends CleanupOldOrders {
      override readonly name = 'cleanup_old_bookings' as 'cleanup_old_orders';
    }
    const registry = await loadedRegistryOf({ providers: [CleanupOldOrders, CleanupOldBookings] });
    expect(registry.get('cleanup_old_bookings').schedule?.text).toBe('every 1h');
  });
});

describe('TaskRegistry warns of', () => {
  const nightly = (time: string, options: CronOptions = {}) => aTask({}, Cron(time, options));

  it.each([
    [
      'days that are either-or',
      nightly('0 2 1-7 * 1'),
      /@Cron\("0 2 1-7 \* 1"\), due on days 1 to 7 .* or on Monday;/,
      /0 2 \* \* 1#1/,
    ],
    ['numbers of Quartz', nightly('0 0 12 ? * 2'), /2 is Tuesday/, /TUE/],
    [
      'a zone without its summer',
      nightly('0 3 * * *', { timeZone: 'EST' }),
      /timeZone "EST", without daylight/,
      /New_York/,
    ],
  ])('%s, and loads', async (_case, provider, found, expected) => {
    const [warning, ...others] = (await registryOf({ providers: [provider] })).load();
    expect(others).toEqual([]);
    expect(warning).toEqual({ subject: 'task some_task', message: expect.stringMatching(/^has @Cron/) });
    expect(warning?.message).toMatch(found);
    expect(warning?.message.split('; write ')[1]).toMatch(expected);
  });

  it('variables, and then of them alone', async () => {
    const environment = { TASK_SOME_TASK_SCHEDULE: '0 0 13 * 5', TASK_SOME_TASK_TIMEZONE: 'Etc/GMT+5' };
    const registry = await registryOf({ providers: [nightly('0 2 1-7 * 1')], environment });
    expect(registry.load().map(({ subject }) => subject)).toEqual([
      'TASK_SOME_TASK_SCHEDULE',
      'TASK_SOME_TASK_TIMEZONE',
    ]);
  });

  it('nothing where nothing is in force or unclear', async () => {
    const off = { environment: { TASK_SOME_TASK_SCHEDULE: 'off' } };
    const either = nightly('0 2 1-7 * 1');
    for (const application of [
      { providers: TASKS },
      { providers: [either], ...off },
      { providers: [nightly('0 2 1-7 * 1', { disabled: true })] },
    ]) {
      expect((await registryOf(application)).load()).toEqual([]);
    }
  });
});

describe('The start fails on', () => {
  const options = (unusual: Record<string, unknown>) => unusual as CronOptions;
  const every5m = Interval(5 * MINUTE);

  it.each([
    ['a task without a schedule', aTask({}), 'without a schedule', /@Interval or @Cron .*TASK_SOME_TASK_SCHEDULE/],
    ['a name that is not snake_case', aTask({ name: 'someTask' }, every5m), 'named "someTask"', /snake_case such as/],
    ['a name with a dash', aTask({ name: 'some-task' }, every5m), 'named "some-task"', /snake_case/],
    ['a name that ends in _', aTask({ name: 'some_task_' }, every5m), 'named "some_task_"', /snake_case/],
    ['an empty name', aTask({ name: '' }, every5m), 'named ""', /snake_case/],
    ['no name', aTask({ name: undefined }, every5m), 'named undefined', /snake_case/],
    ['an interval below 100 ms', aTask({}, Interval(99)), '@Interval(99)', /from 100ms/],
    ['an interval that is not finite', aTask({}, Interval(Infinity)), '@Interval(Infinity)', /whole number/],
    ['an interval that is no number', aTask({}, Interval(Number.NaN)), '@Interval(NaN)', /whole number/],
    ['an interval with a fraction', aTask({}, Interval(100.5)), '@Interval(100.5)', /whole number/],
    ['a negative interval', aTask({}, Interval(-1_000)), '@Interval(-1000)', /from 100ms/],
    ['an endless interval', aTask({}, Interval(2 ** 52)), '@Interval(4503599627370496)', /to 36500d/],
    ['a cron expression that does not exist', aTask({}, Cron('61 * * * *')), '@Cron("61 * * * *")', /such as 0 3/],
    ['a cron expression that is never due', aTask({}, Cron('0 0 30 2 *')), '@Cron("0 0 30 2 *")', /never/],
    ['@Cron with the text of an interval', aTask({}, Cron('every 5m')), '@Cron("every 5m")', /cron expression/],
    ['@Cron with a date', aTask({}, Cron(new Date(0))), /@Cron\(.*1970/, /a schedule repeats/],
    ['a zone that does not exist', aTask({}, Cron('0 3 * * *', { timeZone: 'Mars/Olympus' })), /Mars/, /IANA.*Europe/],
    ['utcOffset', aTask({}, Cron('0 3 * * *', { utcOffset: 60 })), /utcOffset/, /timeZone/],
    ['initialDelay', aTask({}, Cron('0 3 * * *', { initialDelay: 60 })), /initialDelay/, /no initial delay/],
    ['threshold', aTask({}, Cron('0 3 * * *', { threshold: 60 })), /threshold/, /catchUp/],
    ['overlapping', aTask({}, Cron('0 3 * * *', options({ waitForCompletion: false }))), /waitFor/, /overlap/],
    ['@Timeout', aTask({}, Timeout(1_000)), '@Timeout', /@Interval or @Cron/],
    ['two decorators', aTask({}, every5m, Cron('0 3 * * *')), 'scheduled by @Interval and @Cron', /one decorator/],
    ['two @Cron', aTask({}, Cron('0 3 * * *'), Cron('0 15 * * *')), 'scheduled by @Cron and @Cron', /0 3,15 \* \* \*/],
    ['two @Interval', aTask({}, every5m, every5m), 'scheduled by @Interval and @Interval', /one decorator/],
    [
      'the option timezone',
      aTask({}, Cron('0 3 * * *', options({ timezone: 'UTC' }))),
      '@Cron with timezone',
      /^timeZone$/,
    ],
    ['the option tz', aTask({}, Cron('0 3 * * *', options({ tz: 'UTC' }))), '@Cron with tz', /^timeZone, such as/],
    [
      'runOnInit',
      aTask({}, Cron('0 3 * * *', options({ runOnInit: true }))),
      '@Cron with runOnInit',
      /RUN_ON_START=true/,
    ],
    ['runOnInit: false', aTask({}, Cron('0 3 * * *', options({ runOnInit: false }))), /runOnInit/, /RUN_ON_START/],
    [
      'disabled as a text',
      aTask({}, Cron('0 3 * * *', options({ disabled: 'true' }))),
      /disabled: "true"/,
      /^true or false$/,
    ],
    ['a misspelt option', aTask({}, Cron('0 3 * * *', options({ disable: true }))), '@Cron with disable', /^disabled$/],
    [
      'an unknown option',
      aTask({}, Cron('0 3 * * *', options({ priority: 1 }))),
      '@Cron with priority',
      /one of the options name, timeZone/,
    ],
    [
      'an option of Object',
      aTask({}, Cron('0 3 * * *', options({ toString: 1 }))),
      '@Cron with toString',
      /one of the options/,
    ],
    ['a zone that is not a text', aTask({}, Cron('0 3 * * *', options({ timeZone: 2 }))), /timeZone/, /IANA/],
    ['a name that is not a text', aTask({}, Cron('0 3 * * *', options({ name: 2 }))), '@Cron with name: 2', /a text/],
    ['an abbreviation as zone', aTask({}, Cron('0 3 * * *', { timeZone: 'IST' })), /IST/, /Asia\/Kolkata/],
    [
      'a zone in the expression',
      aTask({}, Cron('CRON_TZ=Asia/Tokyo 0 3 * * *')),
      /CRON_TZ/,
      /TASK_SOME_TASK_TIMEZONE=Asia\/Tokyo/,
    ],
    ['manualOnly with a decorator', aTask({ manualOnly: true }, every5m), /manualOnly/, /one or the other/],
    ['a timeout of 0', aTask({ timeout: 0 }, every5m), 'with timeout 0', /30 \* MINUTE/],
    ['a timeout without end', aTask({ timeout: Infinity }, every5m), 'with timeout Infinity', /from 1 to 24 days/],
    ['a timeout no timer can wait for', aTask({ timeout: 2 ** 31 }, every5m), /timeout 2147483648/, /24 days/],
    ['an unknown upstream', aTask({ upstreams: ['data', 'biling'] }, every5m), 'with the upstream "biling"', /: data$/],
    ['an unknown overlap', aTask({ overlap: 'wait' }, every5m), 'with overlap "wait"', /skip, queue/],
    ['an unknown catchUp', aTask({ catchUp: 'some' }, every5m), 'with catchUp "some"', /skip, latest, all/],
  ])('%s', async (_case, task, found, expected) => {
    const problems = await problemsOf({ providers: [task] });
    expect(problems).toEqual([
      {
        subject: expect.stringMatching(/^task \w/),
        found: typeof found === 'string' ? found : expect.stringMatching(found),
        expected: expect.stringMatching(expected),
      },
    ]);
  });

  it.each([
    ['TASK_NIGHTLY_REPORT_SCHEDULE', 'every 50ms', /from 100ms/],
    ['TASK_NIGHTLY_REPORT_SCHEDULE', '0 0 30 2 *', /never/],
    ['TASK_NIGHTLY_REPORT_SCHEDULE', 'sometimes', /every 5m, a cron expression .* or off/],
    ['TASK_NIGHTLY_REPORT_TIMEZONE', 'Mars/Olympus', /IANA time zone such as Europe\/Berlin/],
    ['TASK_CLEANUP_OLD_ORDERS_TIMEZONE', 'Europe/Berlin', /every 1h is the same everywhere/],
  ])('%s=%s', async (variable, value, expected) => {
    const problems = await problemsOf({ providers: TASKS, environment: { [variable]: value } });
    expect(problems).toEqual([
      { subject: variable, found: JSON.stringify(value), expected: expect.stringMatching(expected) },
    ]);
  });

  it.each([
    ['NIGHTLY_REPORT', {}],
    ['NIGHTLY_REPORT', { TASK_NIGHTLY_REPORT_SCHEDULE: '0 5 * * *' }],
    ['CLEANUP_OLD_ORDERS', {}],
    ['CLEANUP_OLD_ORDERS', { TASK_CLEANUP_OLD_ORDERS_SCHEDULE: '0 5 * * *' }],
  ])('a zone of %s that does not exist, once (%j)', async (name, more) => {
    const variable = `TASK_${name}_TIMEZONE`;
    const problems = await problemsOf({ providers: TASKS, environment: { ...more, [variable]: 'Europe/Berln' } });
    expect(problems).toEqual([
      { subject: variable, found: '"Europe/Berln"', expected: expect.stringContaining('did you mean Europe/Berlin?') },
    ]);
  });

  it.each([
    ['TASK_CLEANUP_OLD_ORDER_SCHEDULE', 'off', /did you mean TASK_CLEANUP_OLD_ORDERS_SCHEDULE\?/],
    ['TASK_NIGTHLY_REPORT_CATCH_UP', 'all', /did you mean TASK_NIGHTLY_REPORT_CATCH_UP\?/],
    ['TASK_BACKUP_TIMEOUT', '5m', /one of the tasks cleanup_old_orders, nightly_report/],
  ])('%s, whose task does not exist', async (variable, value, expected) => {
    const problems = await problemsOf({ providers: TASKS, environment: { [variable]: value } });
    expect(problems).toEqual([
      { subject: variable, found: 'for a task that does not exist', expected: expect.stringMatching(expected) },
    ]);
  });

  it.each([
    ['TASK_NIGHTLY_REPORT_SCHEDUEL', 'TASK_NIGHTLY_REPORT_SCHEDULE'],
    ['TASK_NIGHTLY_REPORT_COLOUR', expect.stringMatching(/^one of TASK_NIGHTLY_REPORT_SCHEDULE, /)],
  ])('%s, a setting that does not exist', async (variable, expected) => {
    const problems = await problemsOf({ providers: TASKS, environment: { [variable]: 'off' } });
    expect(problems).toEqual([{ subject: variable, found: 'not a setting of a task', expected }]);
  });

  it('two tasks of one name, naming both', async () => {
    const problems = await problemsOf({
      providers: [CleanupOldOrders, aTask({ name: 'cleanup_old_orders' }, every5m)],
    });
    expect(problems).toEqual([
      {
        subject: 'task cleanup_old_orders',
        found: expect.stringMatching(/CleanupOldOrders in \w+ and of SomeTask in \w+/),
        expected: expect.stringMatching(/a name of its own/),
      },
    ]);
  });

  it('a task in the providers of two modules', async () => {
    @Module({ providers: [CleanupOldOrders] })
    class OrdersModule {}
    @Module({ providers: [CleanupOldOrders] })
    class CopiedModule {}
    const [problem] = await problemsOf({ modules: [OrdersModule, CopiedModule] });
    expect(problem?.found).toMatch(/in OrdersModule and of CleanupOldOrders in CopiedModule/);
    expect(problem?.expected).toMatch(/one module only/);
  });

  it('everything at once, what is wrong with the environment first', async () => {
    const problems = await problemsOf({
      providers: [aTask({ name: 'Bad', timeout: -1 }), CleanupOldOrders],
      environment: { PORT: 'http', TASK_CLEANUP_OLD_ORDERS_SCHEDULE: 'now', TASK_OTHER_THINGS_TIMEOUT: '1s' },
    });
    expect(problems.map(({ subject }) => subject)).toEqual([
      'PORT',
      'task Bad',
      'task Bad',
      'task Bad',
      'TASK_CLEANUP_OLD_ORDERS_SCHEDULE',
      'TASK_OTHER_THINGS_TIMEOUT',
    ]);
  });

  it("nothing that other programs' variables say", async () => {
    const environment = { TASK_ID: '42', TASK_SLOT: '1', TASKS: 'x' };
    expect(await problemsOf({ providers: TASKS, environment })).toEqual([]);
  });
});
