#!/usr/bin/env bash
# bree 9.2.9 (with @breejs/later 4.2.0) on Node.js 24.
#
# Behaviour: a job with `interval: 'every 90 minutes'` runs every hour, `every 36 hours` once a day, `every 90 seconds` once
# a minute; `90 minutes`, without the first word, runs every 90 minutes. None is refused, nothing is said.
# A good guess: the same interval with and without "every"; or an error, since later's text is a pattern of the clock.
# Seen: `90 minutes` is 5,400,000 ms; `every 90 minutes` comes 60 minutes apart, `every 36 hours` 24 hours, and `every 45
# minutes` by turns 45 and 15 minutes.
# Why: later takes a step within the field, as cron does, and one that is larger than the field leaves its zero.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts bree@9.2.9
cat >interval.mjs <<'JS'
import { writeFileSync } from 'node:fs';
import later from '@breejs/later';
import Bree from 'bree';

writeFileSync('job.mjs', '');
const texts = ['90 minutes', 'every 90 minutes', 'every 36 hours', 'every 90 seconds', 'every 45 minutes'];
const jobs = texts.map((interval, number) => ({ name: `job${number}`, path: `${process.cwd()}/job.mjs`, interval }));
const bree = new Bree({ root: false, logger: false, jobs });
await bree.init();

const MINUTE_MS = 60_000;
const seen = bree.config.jobs.map(({ interval }) => {
  if (typeof interval === 'number') return `${interval / MINUTE_MS}`;
  const dates = later.schedule(interval).next(4, new Date('2026-11-02T00:00:30Z')).slice(1);
  return dates.slice(1).map((date, index) => (date - dates[index]) / MINUTE_MS).join(' ');
});
texts.forEach((text, index) => console.log(`${text}: ${seen[index]} minutes apart`));
const surprising = seen.join() === '90,60 60,1440 1440,1 1,45 15' || seen.join() === '90,60 60,1440 1440,1 1,15 45';
if (!surprising) console.log('The behaviour has changed');
process.exit(surprising ? 0 : 1);
JS
node --no-warnings interval.mjs
