#!/usr/bin/env bash
# undici 7.30.2 and 8.12.4 (`interceptors.cache`) polling express 5.3.0 on Node.js 24.
#
# Behaviour: a 304 renews nothing. The cache asks with If-None-Match when its entry is stale, hands out the entry, and then
# removes it if the 304 has Cache-Control; the next request downloads everything again, even one that follows at once,
# within the freshness that the 304 has just granted. After a 304 without Cache-Control the entry goes a bit later, when it
# is twice as old as it was to be fresh.
# A good guess: the entry is fresh again (RFC 9111 §4.3.4): the next request needs no server, and all later polls get 304.
# Seen, polled at a little more than max-age: 200 304 200 304 200 304; at once after a 304 with `max-age=2`: 200.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts undici7@npm:undici@7.30.2 undici8@npm:undici@8.12.4 express@5.3.0
cat >poll.mjs <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';

const { Agent, interceptors, request } = await import(process.argv[2]);
const dispatcher = new Agent().compose(interceptors.cache());

/** What the server answers to requests after these pauses; a request that it does not see is `-`. */
async function answers(cacheControlOf304, pauses) {
  const sent = [];
  const server = express()
    .get('/', (incoming, response) => {
      response.on('finish', () => sent.push(response.statusCode));
      if (incoming.headers['if-none-match'] === undefined || cacheControlOf304) response.set('Cache-Control', 'max-age=2');
      response.json([{ id: 1 }]);
    })
    .listen(0, '127.0.0.1');
  await new Promise((resolve) => server.on('listening', resolve));
  const seen = [];
  for (const pause of pauses) {
    await sleep(pause);
    const before = sent.length;
    const answer = await request(`http://127.0.0.1:${server.address().port}/`, { dispatcher });
    await answer.body.text();
    await sleep(50);
    seen.push(sent.length > before ? sent.at(-1) : '-');
  }
  return seen.join(' ');
}

const STALE_MS = 2_500;
const stale = Array(6).fill(STALE_MS);
const [polled, atOnce, bare] = await Promise.all([
  answers(true, stale),
  answers(true, [0, 0, STALE_MS, 0]),
  answers(false, stale),
]);
console.log(`${process.argv[2]}: polled ${polled}; at once after 304: ${atOnce}; 304 without Cache-Control: ${bare}`);
const surprising =
  polled === '200 304 200 304 200 304' && atOnce === '200 - 304 200' && bare === polled;
process.exit(surprising ? 0 : 1);
JS
surprising=yes
node --no-warnings poll.mjs undici7 || surprising=no
# undici 8 needs Node.js 22.
if node -e 'process.exit(parseInt(process.versions.node) < 22 ? 1 : 0)'; then node --no-warnings poll.mjs undici8 || surprising=no; fi
[ $surprising = yes ] || { echo "The behaviour has changed"; exit 1; }
