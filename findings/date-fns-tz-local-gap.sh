#!/usr/bin/env bash
# date-fns-tz 3.2.0 (with date-fns 4.4.0), beside @date-fns/tz 1.4.1 and Intl, on Node.js 24.
#
# Behaviour: `formatInTimeZone(instant, 'UTC', 'HH:mm')` depends on the zone of the process: 02:30 UTC on 29 March 2026 is
# formatted as 03:30 in a process in Europe/Berlin, where that day has no 02:30. Any named zone is hit, at its own 02:30 of that day.
# A good guess: the instant and the named zone alone decide; a date in UTC needs no zone of the process.
# Seen: TZ=UTC 02:30, TZ=Europe/Berlin 03:30, so that each minute from 03:00 to 03:59 UTC comes twice and none from 02:00 to
# 02:59; TZDate of @date-fns/tz and Intl give 02:30 in both.
# Why: the wall clock of the target zone is put into a Date of the local zone, which cannot hold a time in its own gap.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts date-fns-tz@3.2.0 date-fns@4.4.0 @date-fns/tz@1.4.1
cat >format.mjs <<'JS'
import { TZDate } from '@date-fns/tz';
import { format } from 'date-fns';
import { formatInTimeZone } from 'date-fns-tz';

const instant = new Date('2026-03-29T02:30:00Z');
const intl = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', hour: '2-digit', minute: '2-digit' });
const seen = {
  'date-fns-tz': formatInTimeZone(instant, 'UTC', 'HH:mm'),
  '@date-fns/tz': format(new TZDate(instant.getTime(), 'UTC'), 'HH:mm'),
  Intl: intl.format(instant),
};
console.log(`TZ=${process.env.TZ}`, seen);
const others = seen['@date-fns/tz'] === '02:30' && seen.Intl === '02:30';
process.exit(others && seen['date-fns-tz'] === process.argv[2] ? 0 : 1);
JS
TZ=UTC node format.mjs 02:30 && TZ=Europe/Berlin node format.mjs 03:30 || { echo "The behaviour has changed"; exit 1; }
