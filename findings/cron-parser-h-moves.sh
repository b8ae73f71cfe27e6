#!/usr/bin/env bash
# cron-parser 5.10.6 on Node.js 24.
#
# Behaviour: `H 0 * * *` (Jenkins' spreading) without the option `hashSeed` is drawn anew by every call of `parse`: one
# expression in one process has many meanings, and a job moves with each restart, so that a minute can be skipped or met
# twice around a deploy.
# A good guess: the minute follows from the expression, as Jenkins derives it from the job's name, and stays.
# Seen: 00:55, 00:20, 00:10, 00:47 from four calls; with `hashSeed: 'a'` 00:18 four times.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts cron-parser@5.10.6
cat >parse.mjs <<'JS'
import { CronExpressionParser } from 'cron-parser';

const currentDate = new Date('2026-11-27T12:00:00Z');
const next = (more) => CronExpressionParser.parse('H 0 * * *', { currentDate, tz: 'UTC', ...more }).next().toDate();
const unseeded = Array.from({ length: 20 }, () => next({}).toISOString().slice(11, 16));
const seeded = Array.from({ length: 20 }, () => next({ hashSeed: 'a' }).toISOString().slice(11, 16));
console.log('without a seed:', [...new Set(unseeded)].join(' '));
console.log('with a seed:', [...new Set(seeded)].join(' '));
const surprising = new Set(unseeded).size > 1 && new Set(seeded).size === 1;
if (!surprising) console.log('The behaviour has changed');
process.exit(surprising ? 0 : 1);
JS
node --no-warnings parse.mjs
