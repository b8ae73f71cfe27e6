#!/usr/bin/env bash
# axios-cache-interceptor 1.12.3 (with axios 1.21.1) against express 5.3.0 on Node.js 24.
#
# Behaviour: it stores the ETag and sends it with If-None-Match, but beside `Cache-Control: no-cache, no-store, …`, which
# express takes for a wish for a whole answer: its revalidation never gets a 304, and everything is downloaded each time.
# A good guess: 304, as its option `etag` promises and as the same two headers without that third get.
# Seen: 200 200 200 200 of the server; with `cacheTakeover: false` 200 304 304 304.
# Why: `cacheTakeover` is to keep a browser's own cache out, and is as much in force in Node.js, where there is none.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts axios-cache-interceptor@1.12.3 axios@1.21.1 express@5.3.0
cat >poll.mjs <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import { setupCache } from 'axios-cache-interceptor';
import express from 'express';

async function polled(options) {
  const sent = [];
  const server = express()
    .get('/', (incoming, response) => {
      response.on('finish', () => sent.push(`${response.statusCode}${incoming.headers['if-none-match'] ? '*' : ''}`));
      response.set('Cache-Control', 'max-age=1').json([{ id: 1 }]);
    })
    .listen(0, '127.0.0.1');
  await new Promise((resolve) => server.on('listening', resolve));
  const client = setupCache(axios.create(), options);
  for (let poll = 0; poll < 4; poll++) {
    await client.get(`http://127.0.0.1:${server.address().port}/`);
    await sleep(1_500);
  }
  return sent.join(' ');
}
const [asItIs, without] = await Promise.all([polled({}), polled({ cacheTakeover: false })]);
console.log(`as it is: ${asItIs}; cacheTakeover: false: ${without} (* with If-None-Match)`);
const surprising = asItIs === '200 200* 200* 200*' && without === '200 304* 304* 304*';
if (!surprising) console.log('The behaviour has changed');
process.exit(surprising ? 0 : 1);
JS
node --no-warnings poll.mjs
