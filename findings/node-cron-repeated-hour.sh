#!/usr/bin/env bash
# node-cron 4.6.0, beside croner 11.0.1 and cron 4.4.0, on Node.js 24, under the simulated clock of node:test.
#
# Behaviour: a job for every ten minutes stands still for an hour when clocks are set back: in Berlin on 25 October 2026
# node-cron runs it at 02:00 summer time, and next an hour and ten minutes later. And in zones whose clocks are set forward
# at midnight a daily job at 0:00 has no run on that date at all: Cairo, 24 April 2026.
# A good guess: every ten minutes, as elapsed time has them; once on every date, as croner and cron do.
# Seen: longest pause of `*/10 * * * *` 70 min, croner and cron 10 min; `0 0 * * *` in Cairo 47 h, croner and cron 24 h.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts node-cron@4.6.0 croner@11.0.1 cron@4.4.0
cat >run.mjs <<'JS'
import { mock } from 'node:test';

const [expression, zone, from, hours] = process.argv.slice(2);
const MINUTE_MS = 60_000;
mock.timers.enable({ apis: ['Date', 'setTimeout', 'setInterval'], now: new Date(from) });
const { CronJob } = await import('cron');
const { Cron } = await import('croner');
const { default: nodeCron } = await import('node-cron');

const runs = { 'node-cron': [], croner: [], cron: [] };
const record = (name) => () => runs[name].push(Date.now());
nodeCron.schedule(expression, record('node-cron'), { timezone: zone });
new Cron(expression, { timezone: zone }, record('croner'));
CronJob.from({ cronTime: expression, timeZone: zone, onTick: record('cron'), start: true });
for (let minute = 0; minute < Number(hours) * 60; minute++) {
  mock.timers.tick(MINUTE_MS);
  await new Promise((resolve) => setImmediate(resolve));
}
const pause = (times) => Math.round(Math.max(...times.slice(1).map((time, index) => time - times[index])) / MINUTE_MS);
const pauses = Object.entries(runs).map(([name, times]) => `${name} ${pause(times)}`);
console.log(`${expression} in ${zone}, longest pause in minutes: ${pauses.join(', ')}`);
process.exit(pauses.join() === process.argv[6] ? 0 : 1);
JS
node --no-warnings run.mjs '*/10 * * * *' Europe/Berlin 2026-10-24T23:05:00Z 5 'node-cron 70,croner 10,cron 10' &&
  node --no-warnings run.mjs '0 0 * * *' Africa/Cairo 2026-04-22T12:00:00Z 80 'node-cron 2820,croner 1440,cron 1440' ||
  { echo "The behaviour has changed"; exit 1; }
