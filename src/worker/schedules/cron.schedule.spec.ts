import { jest } from '@jest/globals';
import fc from 'fast-check';
import { DAY, HOUR } from '../../time/duration.js';
import { CronCalendar } from './cron/cron-calendar.js';
import { TimeZone } from './zones/time-zone.js';
import { ZoneData } from './zones/zone-data.js';
import { CronSchedule } from './cron.schedule.js';
import { slotsByWatchingTheClock } from './testing/watched-clock.js';

const CLOCKS_OF_NODE = new ZoneData({ systemFolder: '/nonexistent', bundledFile: '/nonexistent' });

/**
 * The slots after an instant up to another one, as the clocks of the zone show them:
 * `08T01:30-05:00`.
 */
function night(expression: string, timezone: string, from: string, to: string): string[] {
  const { slots } = new CronSchedule(expression, timezone).between(Date.parse(from), Date.parse(to), 1_000);
  return slots.map((slot) => local(slot, timezone));
}

function local(instant: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'longOffset',
  });
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  const offset = parts['timeZoneName']?.replace('GMT', '').replace('−', '-') || '+00:00';
  return `${parts['day']}T${parts['hour']}:${parts['minute']}${offset}`;
}

describe('CronSchedule', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('reads times on the clocks of its zone', () => {
    expect(night('0 3 * * *', 'Asia/Kolkata', '2026-11-23T00:00Z', '2026-11-25T00:00Z')).toEqual([
      '24T03:00+05:30',
      '25T03:00+05:30',
    ]);
  });

  it('knows a field of seconds', () => {
    const { slots } = new CronSchedule('*/20 0 3 * * *', 'UTC').between(
      Date.parse('2026-11-23T03:00:00.500Z'),
      Date.parse('2026-11-24T03:00:00Z'),
      10,
    );
    expect(slots.map((slot) => new Date(slot).toISOString())).toEqual([
      '2026-11-23T03:00:20.000Z',
      '2026-11-23T03:00:40.000Z',
      '2026-11-24T03:00:00.000Z',
    ]);
  });

  it('knows the last day of a month and the years that have a 29 February', () => {
    expect(new CronSchedule('0 0 L * *', 'UTC').next(Date.UTC(2028, 1, 3))).toBe(Date.UTC(2028, 1, 29));
    expect(new CronSchedule('0 0 29 2 *', 'Europe/Berlin').next(Date.UTC(2028, 2, 1))).toBe(
      Date.parse('2032-02-29T00:00:00+01:00'),
    );
  });

  it('describes itself in words, with the zone', () => {
    expect(new CronSchedule('0 3 * * *', 'Europe/Berlin').description).toBe('at 03:00 (Europe/Berlin)');
    expect(new CronSchedule('*/15 * * * *', 'UTC').description).toBe('every 15 minutes (UTC)');
    expect(new CronSchedule('@hourly', 'UTC').description).toBe('every hour (UTC)');
  });

  describe('when the clocks are set forward in the night', () => {
    const newYork = ['America/New_York', '2026-03-08T05:00Z', '2026-03-08T10:00Z'] as const;
    const berlin = ['Europe/Berlin', '2026-03-28T23:00Z', '2026-03-29T04:00Z'] as const;
    const lordHowe = ['Australia/Lord_Howe', '2026-10-03T13:30Z', '2026-10-03T17:00Z'] as const;
    const santiago = ['America/Santiago', '2026-09-06T02:30Z', '2026-09-06T06:00Z'] as const;
    const beirut = ['Asia/Beirut', '2026-03-28T21:00Z', '2026-03-29T00:30Z'] as const;

    it.each([
      ['30 2 * * *', newYork, ['08T03:00-04:00']],
      ['15,45 2 * * *', newYork, ['08T03:00-04:00']],
      ['0 3 * * *', newYork, ['08T03:00-04:00']],
      ['0 2,3 * * *', newYork, ['08T03:00-04:00']],
      ['30 1-3 * * *', newYork, ['08T01:30-05:00', '08T03:00-04:00', '08T03:30-04:00']],
      ['0 */2 * * *', newYork, ['08T03:00-04:00', '08T04:00-04:00', '08T06:00-04:00']],
      [
        '0 * * * *',
        newYork,
        ['08T01:00-05:00', '08T03:00-04:00', '08T04:00-04:00', '08T05:00-04:00', '08T06:00-04:00'],
      ],
      [
        '20 * * * *',
        newYork,
        ['08T00:20-05:00', '08T01:20-05:00', '08T03:20-04:00', '08T04:20-04:00', '08T05:20-04:00'],
      ],
      ['30 2 * * *', berlin, ['29T03:00+02:00']],
      ['0 */2 * * *', berlin, ['29T03:00+02:00', '29T04:00+02:00', '29T06:00+02:00']],
      ['*/30 1-3 * * *', berlin, ['29T01:00+01:00', '29T01:30+01:00', '29T03:00+02:00', '29T03:30+02:00']],
      ['15 2 * * *', lordHowe, ['04T02:30+11:00']],
      ['0 2 * * *', lordHowe, ['04T02:30+11:00']],
      ['0,30 2 * * *', lordHowe, ['04T02:30+11:00']],
      ['45 2 * * *', lordHowe, ['04T02:45+11:00']],
      [
        '*/30 * * * *',
        lordHowe,
        [
          '04T00:30+10:30',
          '04T01:00+10:30',
          '04T01:30+10:30',
          '04T02:30+11:00',
          '04T03:00+11:00',
          '04T03:30+11:00',
          '04T04:00+11:00',
        ],
      ],
      ['0 0 * * *', santiago, ['06T01:00-03:00']],
      ['@daily', santiago, ['06T01:00-03:00']],
      ['30 0 * * 0', santiago, ['06T01:00-03:00']],
      ['30 0 * * 6', santiago, []],
      ['0 * * * *', santiago, ['05T23:00-04:00', '06T01:00-03:00', '06T02:00-03:00', '06T03:00-03:00']],
      ['0 0 * * *', beirut, ['29T01:00+03:00']],
      ['59 23 * * *', beirut, ['28T23:59+02:00']],
    ] as const)('%s in %j', (expression, [timezone, from, to], slots) => {
      expect(night(expression, timezone, from, to)).toEqual(slots);
    });
  });

  describe('when the clocks are set back in the night', () => {
    const newYork = ['America/New_York', '2026-11-01T03:59Z', '2026-11-01T08:00Z'] as const;
    const berlin = ['Europe/Berlin', '2026-10-24T21:59Z', '2026-10-25T02:30Z'] as const;
    const lordHowe = ['Australia/Lord_Howe', '2026-04-04T12:59Z', '2026-04-04T16:30Z'] as const;
    const santiago = ['America/Santiago', '2026-04-05T01:59Z', '2026-04-05T05:00Z'] as const;
    const havana = ['America/Havana', '2025-11-02T02:59Z', '2025-11-02T07:00Z'] as const;

    it.each([
      ['30 1 * * *', newYork, ['01T01:30-04:00']],
      ['0 */2 * * *', newYork, ['01T00:00-04:00', '01T02:00-05:00']],
      ['0 1,2 * * *', newYork, ['01T01:00-04:00', '01T02:00-05:00']],
      [
        '0 * * * *',
        newYork,
        ['01T00:00-04:00', '01T01:00-04:00', '01T01:00-05:00', '01T02:00-05:00', '01T03:00-05:00'],
      ],
      [
        '*/30 * * * *',
        newYork,
        [
          '01T00:00-04:00',
          '01T00:30-04:00',
          '01T01:00-04:00',
          '01T01:30-04:00',
          '01T01:00-05:00',
          '01T01:30-05:00',
          '01T02:00-05:00',
          '01T02:30-05:00',
          '01T03:00-05:00',
        ],
      ],
      ['30 2 * * *', berlin, ['25T02:30+02:00']],
      ['0 */2 * * *', berlin, ['25T00:00+02:00', '25T02:00+02:00']],
      ['0 3 * * *', berlin, ['25T03:00+01:00']],
      ['0 2-3 * * *', berlin, ['25T02:00+02:00', '25T03:00+01:00']],
      ['45 1 * * *', lordHowe, ['05T01:45+11:00']],
      ['0,30 1 * * *', lordHowe, ['05T01:00+11:00', '05T01:30+11:00']],
      [
        '*/15 1 * * *',
        lordHowe,
        ['05T01:00+11:00', '05T01:15+11:00', '05T01:30+11:00', '05T01:45+11:00', '05T01:30+10:30', '05T01:45+10:30'],
      ],
      ['0 2 * * *', lordHowe, ['05T02:00+10:30']],
      [
        '*/30 * * * *',
        lordHowe,
        [
          '05T00:00+11:00',
          '05T00:30+11:00',
          '05T01:00+11:00',
          '05T01:30+11:00',
          '05T01:30+10:30',
          '05T02:00+10:30',
          '05T02:30+10:30',
          '05T03:00+10:30',
        ],
      ],
      ['30 23 * * *', santiago, ['04T23:30-03:00']],
      ['0 0 * * *', santiago, ['05T00:00-04:00']],
      ['0 * * * *', santiago, ['04T23:00-03:00', '04T23:00-04:00', '05T00:00-04:00', '05T01:00-04:00']],
      ['0 0 * * *', havana, ['02T00:00-04:00']],
      ['30 0 * * *', havana, ['02T00:30-04:00']],
      ['0 * * * 0', havana, ['02T00:00-04:00', '02T00:00-05:00', '02T01:00-05:00', '02T02:00-05:00']],
    ] as const)('%s in %j', (expression, [timezone, from, to], slots) => {
      expect(night(expression, timezone, from, to)).toEqual(slots);
    });
  });

  it.each(['*/10 1-4 * * *', '0-59/10 1-4 * * *', '5,*/10 1-4 * * *'])(
    '%s goes on through an hour that comes twice, and not through one that is left out',
    (expression) => {
      const [perHour] = expression.startsWith('5') ? [7] : [6];
      expect(night(expression, 'Europe/Berlin', '2026-10-24T21:59Z', '2026-10-25T21:59Z')).toHaveLength(5 * perHour);
      expect(night(expression, 'Europe/Berlin', '2026-03-28T22:59Z', '2026-03-29T21:59Z')).toHaveLength(3 * perHour);
    },
  );

  it('knows a zone that leaves its summer time for a month', () => {
    expect(night('0 9 * * *', 'Africa/Casablanca', '2026-02-14T00:00Z', '2026-02-16T00:00Z')).toEqual([
      '14T09:00+01:00',
      '15T09:00+00:00',
    ]);
    expect(night('0 9 * * *', 'Africa/Casablanca', '2026-03-21T00:00Z', '2026-03-23T00:00Z')).toEqual([
      '21T09:00+00:00',
      '22T09:00+01:00',
    ]);
  });

  it('counts times that meet at the end of a gap as one slot', () => {
    const schedule = new CronSchedule('0,30 2,3 * * *', 'America/New_York');
    const [after, until] = [Date.parse('2026-03-08T06:00Z'), Date.parse('2026-03-08T08:00Z')];
    expect(schedule.between(after, until, 0)).toEqual({ slots: [], omitted: 2 });
    expect(schedule.between(after, until, 1)).toEqual({ slots: [Date.parse('2026-03-08T07:30Z')], omitted: 1 });
  });

  const zones = fc.constantFrom(
    ...['UTC', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/Santiago', 'Africa/Casablanca'],
    ...['America/Havana', 'Asia/Kathmandu', 'Africa/Cairo', 'Pacific/Apia', 'Antarctica/Troll'],
  );
  const minutes = fc.constantFrom('*', '0', '59', '*/15', '0-59/20', '7,37', '20-40/10');
  const hours = fc.constantFrom('*', '0', '2', '*/2', '1-3', '0,23', '0-23', '1-23/2');
  const days = fc.constantFrom('* * *', '* * 0', '1,15,L * *', '* 3,4,10,11 *', '5 * 0');
  const expressions = fc.tuple(minutes, hours, days).map((fields) => fields.join(' '));
  /** Days around which the zones above move their clocks, and some others. */
  const starts = fc.constantFrom(
    ...['2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01', '2026-09-06'],
    ...['2026-02-15', '2026-03-22', '2026-04-24', '2026-10-30', '2026-12-31', '2026-03-01'],
  );

  it('finds the slots that watching the clock on the wall minute by minute finds', () => {
    fc.assert(
      fc.property(expressions, zones, starts, (expression, timezone, start) => {
        const [after, until] = [Date.parse(start) - 12 * HOUR, Date.parse(start) + 36 * HOUR];
        // The clock that is watched is that of Node.js, which may have an older release of the
        // zones.
        const { slots } = new CronSchedule(expression, timezone, CLOCKS_OF_NODE).between(after, until, 10_000);
        expect(slots).toEqual(slotsByWatchingTheClock(expression, timezone, after, until));
      }),
      { numRuns: 40 },
    );
  });

  it('finds between two instants the very slots that it finds one by one, and counts those it leaves out', () => {
    const offsets = fc.integer({ min: -DAY, max: DAY });
    fc.assert(
      fc.property(expressions, zones, starts, offsets, fc.nat(30), (expression, timezone, start, offset, limit) => {
        const schedule = new CronSchedule(expression, timezone);
        const after = Date.parse(start) + offset;
        const until = after + DAY + Math.abs(offset);
        const slots: number[] = [];
        for (let slot = schedule.next(after); slot !== null && slot <= until; slot = schedule.next(slot))
          slots.push(slot);
        const kept = slots.slice(Math.max(0, slots.length - limit));
        expect(schedule.between(after, until, limit)).toEqual({ slots: kept, omitted: slots.length - kept.length });
      }),
      { numRuns: 40 },
    );
  });

  it('counts ten years of seconds without visiting them', () => {
    const schedule = new CronSchedule('* * * * * *', 'Europe/Berlin');
    const [after, until] = [Date.UTC(2016, 0, 1), Date.UTC(2026, 0, 1)];
    const looks = jest.spyOn(CronCalendar.prototype, 'includes');
    const stretches = jest.spyOn(TimeZone.prototype, 'stretchAt');
    expect(schedule.between(after, until, 10).omitted).toBe((until - after) / 1_000 - 10);
    expect(looks.mock.calls.length).toBeLessThan(200);
    expect(stretches.mock.calls.length).toBeLessThan(100);
  });

  it('looks for a match that is years ahead once, not from each change of the clocks before it', () => {
    const looks = jest.spyOn(CronCalendar.prototype, 'includes');
    expect(new CronSchedule('0 0 29 2 *', 'Europe/Berlin').next(Date.UTC(2028, 2, 1))).not.toBeNull();
    expect(looks.mock.calls.length).toBeLessThan(150);
  });

  it('counts ten years of single days by a look at each', () => {
    const schedule = new CronSchedule('0 0 13 * FRI', 'Europe/Berlin');
    const looks = jest.spyOn(CronCalendar.prototype, 'includes');
    schedule.between(Date.UTC(2016, 0, 1), Date.UTC(2026, 0, 1), 1);
    expect(looks.mock.calls.length).toBeLessThan(4_000);
  });
});
