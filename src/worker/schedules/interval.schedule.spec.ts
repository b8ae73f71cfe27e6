import fc from 'fast-check';
import { DAY, HOUR, MINUTE, SECOND } from '../../time/duration.js';
import { IntervalSchedule } from './interval.schedule.js';

const lengths = fc.oneof(
  fc.constantFrom(100, SECOND, 7 * MINUTE, HOUR, 30 * DAY, 365 * DAY),
  fc.integer({ min: 100, max: 10 * DAY }),
);
const instants = fc.integer({ min: -10 * DAY, max: Date.UTC(2100, 0, 1) });

describe('IntervalSchedule', () => {
  it('puts its slots on a grid that starts at the Unix epoch', () => {
    const schedule = new IntervalSchedule(5 * MINUTE);
    expect(schedule.next(Date.parse('2026-11-23T12:03:21.123Z'))).toBe(Date.parse('2026-11-23T12:05:00Z'));
  });

  it('answers the slot after an instant that is a slot itself', () => {
    const schedule = new IntervalSchedule(100);
    expect(schedule.next(1_000)).toBe(1_100);
    expect(schedule.next(999)).toBe(1_000);
  });

  it('knows intervals that no timer could wait for', () => {
    expect(new IntervalSchedule(365 * DAY).next(Date.parse('2026-11-23T00:00:00Z'))).toBe(57 * 365 * DAY);
  });

  it('is written in its shortest form, so that another spelling is no other schedule', () => {
    expect(new IntervalSchedule(60_000).text).toBe('every 1m');
    expect(new IntervalSchedule(90_000).text).toBe('every 90s');
  });

  it.each([
    [100, 'every 100 milliseconds'],
    [SECOND, 'every second'],
    [90 * SECOND, 'every 90 seconds'],
    [5 * MINUTE, 'every 5 minutes'],
    [HOUR, 'every hour'],
    [30 * DAY, 'every 30 days'],
  ])('describes %d ms as "%s"', (length, words) => {
    expect(new IntervalSchedule(length).description).toBe(words);
  });

  it.each([99, 0, -1, 100.5, Number.NaN, Infinity, 2 ** 53, '1000', null, undefined])(
    'does not accept %p',
    (length) => {
      expect(IntervalSchedule.accepts(length)).toBe(false);
    },
  );

  it('has its next slot after the instant, on the grid, and none before it', () => {
    fc.assert(
      fc.property(lengths, instants, (length, instant) => {
        const slot = new IntervalSchedule(length).next(instant);
        expect(slot % length === 0 && slot > instant && slot - length <= instant).toBe(true);
      }),
    );
  });

  it('finds between two instants the very slots that it finds one by one', () => {
    fc.assert(
      fc.property(lengths, instants, fc.nat(40), fc.nat(1_000), fc.nat(50), (length, after, count, rest, limit) => {
        const schedule = new IntervalSchedule(length);
        const until = after + count * length + rest;
        const slots: number[] = [];
        for (let slot = schedule.next(after); slot <= until; slot = schedule.next(slot)) slots.push(slot);
        const kept = slots.slice(Math.max(0, slots.length - limit));
        expect(schedule.between(after, until, limit)).toEqual({ slots: kept, omitted: slots.length - kept.length });
      }),
    );
  });

  it('has no slot between an instant and an earlier one', () => {
    expect(new IntervalSchedule(SECOND).between(10_000, 5_000, 10)).toEqual({ slots: [], omitted: 0 });
  });

  it('counts what it leaves out without visiting it', () => {
    const { slots, omitted } = new IntervalSchedule(100).between(0, 8.64e15, 2);
    expect(slots).toEqual([8.64e15 - 100, 8.64e15]);
    expect(omitted).toBe(8.64e13 - 2);
  });
});
