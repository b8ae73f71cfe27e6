import { wallClock } from './wall-clock.js';

describe('wallClock', () => {
  it.each([
    ['America/Winnipeg', '2026-11-28T08:00:00Z', '03:00:00', 'GMT-5'],
    ['Europe/Berlin', '2026-11-28T02:00:30Z', '03:00:30', 'GMT+1'],
    ['Asia/Kathmandu', '2026-11-28T00:00:00Z', '05:45:00', 'GMT+5:45'],
    ['America/St_Johns', '2026-11-28T12:00:00Z', '08:30:00', 'GMT-3:30'],
    ['UTC', '2026-11-28T12:00:00Z', '12:00:00', 'GMT+0'],
  ])('in %s at %s shows %s, %s', (timezone, instant, time, offset) => {
    expect(wallClock(new Date(instant), timezone)).toEqual({ date: '2026-11-28', time, offset });
  });
});
