import { TimeZoneUnknownError } from '../schedule.errors.js';
import { checkTimeZone } from '../schedule.parser.js';
import { ZoneData } from './zone-data.js';
import { isTimeZone, zoneWarning } from './zone-names.js';

function expectedInsteadOf(timezone: string): string {
  try {
    checkTimeZone(timezone);
  } catch (error) {
    if (error instanceof TimeZoneUnknownError) return error.expected;
    throw error;
  }
  return 'accepted';
}

describe('A time zone', () => {
  it.each([
    ['PST', 'America/Los_Angeles'],
    ['pst', 'America/Los_Angeles'],
    ['IST', 'Asia/Kolkata, Asia/Jerusalem or Europe/Dublin'],
    ['BST', 'Europe/London or Asia/Dhaka'],
    ['EDT', 'America/New_York'],
    ['CST', 'America/Chicago or Asia/Shanghai'],
    ['CEST', 'Europe/Berlin'],
    ['JST', 'Asia/Tokyo'],
    ['ART', 'America/Argentina/Buenos_Aires'],
    ['AEST', 'Australia/Sydney'],
    ['US/Pacific-New', 'America/Los_Angeles'],
    ['+02:00', 'Etc/GMT-2'],
    ['UTC+2', 'Etc/GMT-2'],
    ['GMT-5', 'Etc/GMT+5'],
    ['Berlin', 'Europe/Berlin'],
    ['New York', 'America/New_York'],
    ['America/NewYork', 'America/New_York'],
    ['Europe/Berln', 'Europe/Berlin'],
    ['Europe/Berlin ', 'Europe/Berlin'],
    ['Asia/Kolkatta', 'Asia/Kolkata'],
    ['US/Estern', 'US/Eastern'],
  ])('%s is refused, and %s is probably meant', (timezone, likely) => {
    expect(expectedInsteadOf(timezone)).toMatch(/^an IANA time zone such as Europe\/Berlin; did you mean /);
    expect(expectedInsteadOf(timezone)).toContain(likely);
  });

  it.each(['SystemV/PST8PDT', 'Etc/Unknown', 'Factory', 'localtime', '', 'x'.repeat(1_000_000)])(
    '%.20s is refused',
    (timezone) => {
      expect(expectedInsteadOf(timezone)).toMatch(/^an IANA time zone/);
    },
  );

  it('of the database is accepted, in any case', () => {
    const names = ZoneData.standard.names();
    expect(names.length).toBeGreaterThan(590);
    expect(names.filter((name) => !isTimeZone(name) || !isTimeZone(name.toLowerCase()))).toEqual([]);
  });

  it('of up to four letters is one of IANA', () => {
    const short = ZoneData.standard.names().filter((name) => /^[A-Za-z]{1,4}$/.test(name));
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    const all = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)));
    expect(all.filter(isTimeZone)).toEqual(short.filter((name) => /^[A-Z]{3}$/.test(name)).sort());
  });

  it.each([
    ['EST', /without daylight saving time; America\/New_York/],
    ['MST', /America\/Denver/],
    ['Etc/GMT+5', /5 h behind UTC.*Etc\/GMT-5/],
    ['Etc/GMT-2', /2 h ahead of UTC.*Etc\/GMT\+2/],
  ])('%s comes with a warning', (timezone, expected) => {
    const { means, instead } = zoneWarning(timezone) ?? {};
    expect(`${means}; ${instead}`).toMatch(expected);
  });

  it.each(['UTC', 'Europe/Berlin', 'CET', 'Etc/GMT', 'Etc/GMT+0', 'HST'])('%s comes without a warning', (timezone) => {
    expect(zoneWarning(timezone)).toBeUndefined();
  });
});
