#!/usr/bin/env bash
# node-cron 4.6.0, croner 11.0.1, cron-parser 5.10.6, cron 4.4.0 and cronstrue 3.39.0 on Node.js 24.
#
# Behaviour: a range that wraps (`0 22-2 * * *`, `0 0 * * 5-1`) runs in node-cron, at 22, 23, 0, 1 and 2 o'clock; croner,
# cron-parser and cron (that of @nestjs/schedule) refuse it, while cronstrue describes it as if it were common.
# A good guess: all of them refuse it, as Vixie cron does, and a describer does too.
# Seen: node-cron 22:00, 23:00, 00:00, 01:00; the three others throw; cronstrue "Every hour, between 10:00 PM and 02:00 AM".
# An expression that was moved from one scheduler to another, or shown by a describer before it is parsed, meets this.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts node-cron@4.6.0 croner@11.0.1 cron-parser@5.10.6 cron@4.4.0 cronstrue@3.39.0
cat >ranges.mjs <<'JS'
import { CronTime } from 'cron';
import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
import cronstrue from 'cronstrue';
import nodeCron from 'node-cron';

const expression = '0 22-2 * * *';
const outcome = (parse) => {
  try {
    return `takes it: ${parse()}`;
  } catch (error) {
    return `refuses it: ${error.message.split('\n')[0]}`;
  }
};
const seen = {
  'node-cron': outcome(() =>
    nodeCron
      .schedule(expression, () => {}, { timezone: 'UTC' })
      .getNextRuns(5)
      .map((run) => run.getUTCHours())
      .sort((a, b) => a - b),
  ),
  croner: outcome(() => new Cron(expression, { paused: true })),
  'cron-parser': outcome(() => CronExpressionParser.parse(expression)),
  cron: outcome(() => new CronTime(expression)),
  cronstrue: outcome(() => cronstrue.toString(expression)),
};
for (const [name, what] of Object.entries(seen)) console.log(`${name} ${what}`);
const takes = Object.keys(seen).filter((name) => seen[name].startsWith('takes'));
const surprising = takes.join() === 'node-cron,cronstrue' && seen['node-cron'].endsWith('0,1,2,22,23');
if (!surprising) console.log('The behaviour has changed');
process.exit(surprising ? 0 : 1);
JS
node --no-warnings ranges.mjs
