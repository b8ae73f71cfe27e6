#!/usr/bin/env bash
# cron 4.4.0, which @nestjs/schedule 12.0.2 runs, beside croner 11.0.1, on Node.js 24, under node:test's simulated clock.
#
# Behaviour: where clocks move by half an hour (Australia/Lord_Howe, 4 October 2026, 02:00 to 02:30), an hourly job `0 * * *
# *` runs at 01:30 and 02:30 as well, and a daily one for 02:15 runs twice, at 01:45, when no clock has moved yet, and at
# 02:45.
# A good guess: at full hours only; the daily one once, at 02:30, as croner does, or not at all on that day.
# Seen: cron 01:00 01:30 02:30 03:00, croner 01:00 03:00; cron 01:45 02:45, croner 02:30.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts croner@11.0.1 cron@4.4.0
cat >run.mjs <<'JS'
import { mock } from 'node:test';

const [expression] = process.argv.slice(2);
const zone = 'Australia/Lord_Howe';
mock.timers.enable({ apis: ['Date', 'setTimeout', 'setInterval'], now: new Date('2026-10-03T14:05:00Z') });
const { CronJob } = await import('cron');
const { Cron } = await import('croner');

const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
const runs = { cron: [], croner: [] };
const record = (name) => () => runs[name].push(clock.format(new Date()));
CronJob.from({ cronTime: expression, timeZone: zone, onTick: record('cron'), start: true });
new Cron(expression, { timezone: zone }, record('croner'));
for (let minute = 0; minute < 130; minute++) {
  mock.timers.tick(60_000);
  await new Promise((resolve) => setImmediate(resolve));
}
console.log(`${expression} cron ${runs.cron.join(' ')}, croner ${runs.croner.join(' ')}`);
process.exit(`${runs.cron}/${runs.croner}` === process.argv[3] ? 0 : 1);
JS
node --no-warnings run.mjs '0 * * * *' 01:00,01:30,02:30,03:00/01:00,03:00 &&
  node --no-warnings run.mjs '15 2 * * *' 01:45,02:45/02:30 ||
  { echo "The behaviour has changed"; exit 1; }
