import { DAY } from '../../time/duration.js';
import { zoneDataVersion } from '../../worker/schedules/zones/zone-data.js';
import { fine, type Finding, warning } from './finding.js';

/** IANA releases several times a year; a year without one means that nothing is updated. */
const MAX_ZONE_DATA_AGE_MS = 365 * DAY;

export function checkNode(): Finding {
  return fine('node', process.versions.node);
}

/** `2026a` tells the year alone: an age is counted from the end of that year. */
export function checkZoneData(now: Date, { version, source } = zoneDataVersion()): Finding {
  const found = `${version} (${source})`;
  const endOfYear = Date.UTC(Number.parseInt(version, 10) + 1, 0, 1);
  if (now.getTime() - endOfYear <= MAX_ZONE_DATA_AGE_MS) return fine('time zones', found);
  const advice = 'Clock changes since then are not known: install a newer release of the worker, or tzdata';
  return warning('time zones', `${found}, more than a year old`, advice);
}
