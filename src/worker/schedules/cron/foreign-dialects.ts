import { formatDuration, HOUR, MINUTE, SECOND } from '../../../time/duration.js';
import { looksLikeTimeZone } from '../zones/zone-names.js';
import { WEEKDAY_NAMES } from './cron-field.js';

/** What other schedulers call by a name, and how it is written here. */
const NICKNAMES: ReadonlyMap<string, string> = new Map([
  ['@reboot', 'RUN_ON_START=true, which runs interval tasks once after the start'],
  ['@secondly', 'every 1s'],
  ['@minutely', 'every 1m'],
  ['@weekdays', '0 0 * * 1-5'],
  ['@weekends', '0 0 * * 6,0'],
  ['@quarterly', '0 0 1 */3 *'],
  ['@semiannually', '0 0 1 */6 *'],
]);

const GO_UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR };

/** What to write instead of an expression that only another scheduler takes, where known. */
export function insteadOf(text: string): string | undefined {
  return nickname(text) ?? eventBridge(text) ?? withZone(text) ?? withYear(text.split(' '));
}

function nickname(text: string): string | undefined {
  if (!text.startsWith('@')) return undefined;
  const [, every] = /^@every (\S+)$/i.exec(text) ?? [];
  if (every !== undefined) return `every ${goDuration(every) ?? '5m'}`;
  return NICKNAMES.get(text.toLowerCase()) ?? 'one of @hourly, @daily, @weekly, @monthly and @yearly';
}

/** `1h30m` */
function goDuration(text: string): string | undefined {
  if (!/^(\d{1,9}(ms|s|m|h))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+)(ms|s|m|h)/g)];
  return formatDuration(parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (GO_UNITS[unit] ?? 0), 0));
}

function eventBridge(text: string): string | undefined {
  const [, amount, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/i.exec(text) ?? [];
  if (unit !== undefined) return `every ${amount}${unit.charAt(0).toLowerCase()}`;
  const [, expression] = /^cron\((.*)\)$/i.exec(text) ?? [];
  return expression === undefined ? undefined : withYear(expression.trim().split(' '));
}

function withZone(text: string): string | undefined {
  const [, before, rest] = /^(?:CRON_)?TZ=(\S+) (.+)$/.exec(text) ?? [];
  if (before !== undefined) return inZone(String(rest), before);
  const fields = text.split(' ');
  const last = fields.at(-1) ?? '';
  if (fields.length < 6 || fields.length > 7 || !looksLikeTimeZone(last)) return undefined;
  return inZone(fields.slice(0, -1).join(' '), last);
}

function inZone(expression: string, zone: string): string {
  return `TASK_<NAME>_TIMEZONE=${zone}, or { timeZone: '${zone}' } for @Cron, and the expression ${expression}`;
}

/**
 * Quartz has a year as its seventh field. EventBridge has one as its sixth, and no second, so that
 * its `?` stands where no day field is here. Both count weekdays from Sunday = 1.
 */
function withYear(fields: readonly string[]): string | undefined {
  const isEventBridge = fields.length === 6 && (fields[2] === '?' || fields[4] === '?');
  if (fields.length !== 7 && !isEventBridge) return undefined;
  const kept = fields.slice(0, -1);
  const weekday = kept.pop() ?? '';
  kept.push(kept.includes('?') ? weekday.replace(/(?<![#/\d])[1-7](?!\d)/g, quartzName) : weekday);
  return `${kept.join(' ')} (? stands only in the two day fields, and a year, the last field of Quartz and EventBridge, is not taken)`;
}

function quartzName(digit: string): string {
  return WEEKDAY_NAMES[Number(digit) - 1] ?? digit;
}
