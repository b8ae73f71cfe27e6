import { nearestName } from '../../../config/nearest-name.js';
import { ZoneData } from './zone-data.js';

/** IANA's names of up to four letters. ICU has more, each with a meaning of its own. */
const SHORT_NAMES = new Set('CET CUBA EET EIRE EST GB GMT HST IRAN MET MST NZ PRC ROC ROK UCT UTC WET ZULU'.split(' '));

/** What people mean by an abbreviation, the likeliest first. */
const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ...['ACDT', 'ACST'].map((name) => [name, 'Australia/Adelaide'] as const),
  ...['AEDT', 'AEST', 'AET'].map((name) => [name, 'Australia/Sydney'] as const),
  ...['AKDT', 'AKST'].map((name) => [name, 'America/Anchorage'] as const),
  ...['AWST'].map((name) => [name, 'Australia/Perth'] as const),
  ...['CEDT', 'CEST', 'MESZ', 'MEZ', 'ECT'].map((name) => [name, 'Europe/Berlin'] as const),
  ...['EEST', 'EEDT'].map((name) => [name, 'Europe/Helsinki'] as const),
  ...['EDT', 'ET'].map((name) => [name, 'America/New_York'] as const),
  ...['CDT', 'CT'].map((name) => [name, 'America/Chicago'] as const),
  ...['MDT', 'MT'].map((name) => [name, 'America/Denver'] as const),
  ...['PDT', 'PST', 'PT'].map((name) => [name, 'America/Los_Angeles'] as const),
  ...['NZDT', 'NZST'].map((name) => [name, 'Pacific/Auckland'] as const),
  ['ADT', 'America/Halifax'],
  ['ART', 'America/Argentina/Buenos_Aires'],
  ['AST', 'America/Halifax or Asia/Riyadh'],
  ['BRT', 'America/Sao_Paulo'],
  ['BST', 'Europe/London or Asia/Dhaka'],
  ['CAT', 'Africa/Maputo'],
  ['CST', 'America/Chicago or Asia/Shanghai'],
  ['EAT', 'Africa/Nairobi'],
  ['HDT', 'Pacific/Honolulu'],
  ['HKT', 'Asia/Hong_Kong'],
  ['IDT', 'Asia/Jerusalem'],
  ['IST', 'Asia/Kolkata, Asia/Jerusalem or Europe/Dublin'],
  ['JST', 'Asia/Tokyo'],
  ['KST', 'Asia/Seoul'],
  ['MSK', 'Europe/Moscow'],
  ['NDT', 'America/St_Johns'],
  ['NST', 'America/St_Johns'],
  ['PHT', 'Asia/Manila'],
  ['PKT', 'Asia/Karachi'],
  ['SAST', 'Africa/Johannesburg'],
  ['SGT', 'Asia/Singapore'],
  ['SST', 'Pacific/Pago_Pago'],
  ['TRT', 'Europe/Istanbul'],
  ['VST', 'Asia/Ho_Chi_Minh'],
  ['WAT', 'Africa/Lagos'],
  ['WEST', 'Europe/Lisbon'],
  ['WIB', 'Asia/Jakarta'],
]);

/** Names that ICU keeps and IANA has dropped. */
const DROPPED: ReadonlyMap<string, string> = new Map([
  ['us/pacific-new', 'America/Los_Angeles'],
  ['canada/east-saskatchewan', 'America/Regina'],
]);

/** Zones that have the letters of American standard time, and no daylight saving time. */
const WITHOUT_SUMMER: ReadonlyMap<string, string> = new Map([
  ['EST', 'America/New_York'],
  ['MST', 'America/Denver'],
]);

/** Whether IANA has a zone of this name, in any case. */
export function isTimeZone(name: string): boolean {
  if (/^[A-Za-z]{1,4}$/.test(name)) return SHORT_NAMES.has(name.toUpperCase());
  if (!/^[A-Za-z]/.test(name) || /^SystemV\//i.test(name) || DROPPED.has(name.toLowerCase())) return false;
  try {
    ZoneData.standard.zone(name);
    return true;
  } catch {
    return false;
  }
}

/** Whether somebody means a zone by this word, right or wrong. */
export function looksLikeTimeZone(word: string): boolean {
  return /^[A-Za-z_]+\/[A-Za-z]/.test(word) || ABBREVIATIONS.has(word) || isTimeZone(word);
}

/** The zone that was probably meant; undefined where there is no telling. */
export function likelyTimeZone(name: string): string | undefined {
  const known = ABBREVIATIONS.get(name.toUpperCase()) ?? DROPPED.get(name.toLowerCase()) ?? fixedOffset(name);
  if (known !== undefined) return known;
  const names = ZoneData.standard.names();
  const place = placeOf(name);
  return names.find((candidate) => placeOf(candidate) === place) ?? nearestName(name.slice(0, 100), names);
}

/** What the zone is not, though its name may say so; undefined for most zones. */
export function zoneWarning(name: string): { readonly means: string; readonly instead: string } | undefined {
  const withSummer = WITHOUT_SUMMER.get(name.toUpperCase());
  if (withSummer !== undefined) {
    return { means: 'without daylight saving time', instead: `${withSummer} to follow the clocks there` };
  }
  const [, sign, hours] = /^Etc\/GMT([+-])(\d+)$/i.exec(name) ?? [];
  if (hours === undefined || hours === '0') return undefined;
  const [side, other] = sign === '+' ? ['behind', '-'] : ['ahead of', '+'];
  return {
    means: `${hours} h ${side} UTC, all year`,
    instead: `Etc/GMT${other}${hours} where the other side is meant`,
  };
}

/** `+02:00`, `UTC+2`: IANA has them with the sign reversed. */
function fixedOffset(name: string): string | undefined {
  const [, sign, hours] = /^(?:UTC|GMT)?([+-])0?(\d{1,2})(?::?00)?$/i.exec(name) ?? [];
  if (hours === undefined || Number(hours) > 12) return undefined;
  return `Etc/GMT${sign === '+' ? '-' : '+'}${hours}, or a place with its daylight saving time`;
}

/** `New York` and `America/New_York` are one place. */
function placeOf(name: string): string {
  return name
    .slice(name.lastIndexOf('/') + 1)
    .toLowerCase()
    .replace(/[^a-z]/g, '');
}
