#!/usr/bin/env bash
# ratelimit-header-parser 0.1.0 reading what express-rate-limit 8.7.5 sends, on Node.js 24. Both come from one organisation.
#
# Behaviour: the headers of `standardHeaders: 'draft-8'` (`RateLimit: "3-in-10sec"; r=2; t=10`) are read as
# `{ limit: NaN, used: NaN, remaining: NaN, reset: Invalid Date }`: not an error, and not `undefined`, which the parser
# documents for answers without rate limit headers. Drafts 6 and 7 are read correctly.
# A good guess: the same numbers for all three, or `undefined` for a draft that is newer than the parser.
# Seen: draft-6 and draft-7 remaining 2; draft-8 remaining NaN, reset Invalid Date.
# A client that compares (`remaining < 1`) never slows down; one that sleeps until `reset` sleeps for NaN.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts ratelimit-header-parser@0.1.0 express-rate-limit@8.7.5 express@5
cat >parse.mjs <<'JS'
import express from 'express';
import { rateLimit } from 'express-rate-limit';
import { parseRateLimit } from 'ratelimit-header-parser';

const read = {};
for (const standardHeaders of ['draft-6', 'draft-7', 'draft-8']) {
  const app = express();
  app.use(rateLimit({ windowMs: 10_000, limit: 3, standardHeaders, legacyHeaders: false }));
  app.get('/', (_request, response) => response.end());
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.on('listening', resolve));
  const response = await fetch(`http://127.0.0.1:${server.address().port}/`);
  read[standardHeaders] = parseRateLimit(response);
  console.log(standardHeaders, response.headers.get('ratelimit') ?? response.headers.get('ratelimit-remaining'), '→', read[standardHeaders]);
}
const surprising =
  read['draft-6'].remaining === 2 &&
  read['draft-7'].remaining === 2 &&
  Number.isNaN(read['draft-8'].remaining) &&
  Number.isNaN(read['draft-8'].reset.getTime());
if (!surprising) console.log('The behaviour has changed');
process.exit(surprising ? 0 : 1);
JS
node --no-warnings parse.mjs
