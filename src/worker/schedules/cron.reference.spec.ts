import { readFileSync } from 'node:fs';
import { CronSchedule } from './cron.schedule.js';
import { parseSchedule } from './schedule.parser.js';

const REFERENCE = readFileSync(new URL('../../../docs/reference/cron.md', import.meta.url), 'utf8');

/** The rows of the first table under a heading that have an expression in their first cell. */
function rowsUnder(heading: string): string[][] {
  const section = REFERENCE.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  const rows = [...section.matchAll(/^\| `(.+?)` +\|(.*)\|$/gm)];
  return rows.map(([, expression = '', cells = '']) => [expression, ...cells.split('|').map((cell) => cell.trim())]);
}

function slotsOn(day: string, next: string, expression: string): number {
  const zone = 'Europe/Berlin';
  return new CronSchedule(expression, zone).between(Date.parse(day) - 1, Date.parse(next) - 1, 1_000).slots.length;
}

describe('The reference of cron', () => {
  it.each(rowsUnder('What expressions mean'))('describes %s as "%s"', (expression, words) => {
    expect(new CronSchedule(expression, 'UTC').description).toBe(`${words} (UTC)`);
  });

  it.each(rowsUnder('Refused'))('refuses %s for %s', (expression, instead = '') => {
    expect(() => parseSchedule(expression, 'UTC')).toThrow(instead.replaceAll('`', ''));
  });

  it.each(rowsUnder('When clocks change'))(
    'has %s come %s times in spring, %s in autumn',
    (expression, spring, autumn) => {
      expect(slotsOn('2026-03-29T00:00+01:00', '2026-03-30T00:00+02:00', expression)).toBe(Number(spring));
      expect(slotsOn('2026-10-25T00:00+02:00', '2026-10-26T00:00+01:00', expression)).toBe(Number(autumn));
    },
  );

  it('has rows in each table', () => {
    const sizes = ['What expressions mean', 'Refused', 'When clocks change'].map(
      (heading) => rowsUnder(heading).length,
    );
    expect(sizes).toEqual([18, 13, 8]);
  });
});
