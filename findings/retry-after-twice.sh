#!/usr/bin/env bash
# got 14.6.6, ky 1.14.3, axios-retry 4.5.0 and undici 7.30.2 (RetryAgent) on Node.js 24.
#
# Behaviour: a proxy and the application behind it each add `Retry-After: 3`. node:http keeps the first of the two, so got
# and axios-retry wait for three seconds; fetch and undici join them to `3, 3`, and ky and undici retry without waiting.
# Where a proxy has folded the two lines into one `3, 3`, none of the four waits.
# A good guess: three seconds everywhere, or at least one reading for the same answer in one runtime.
# Seen: two lines: got 3,025 ms, axios-retry 3,548 ms, ky 26 ms, undici 512 ms; one folded line: 37, 244, 15 and 505 ms.
# Why: Number('3, 3') is NaN, so it is taken for a date, and Date.parse('3, 3') is 3 March 2001: long past.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts got@14.6.6 ky@1.14.3 axios@1.21.1 axios-retry@4.5.0 undici@7.30.2
cat >retry.mjs <<'JS'
import http from 'node:http';
import axios from 'axios';
import axiosRetry from 'axios-retry';
import got from 'got';
import ky from 'ky';
import { Agent, request, RetryAgent } from 'undici';

const retrying = axios.create();
axiosRetry(retrying, { retries: 1, retryCondition: () => true, retryDelay: axiosRetry.exponentialDelay });
const dispatcher = new RetryAgent(new Agent(), { maxRetries: 1, statusCodes: [429] });
const clients = {
  got: (url) => got(url, { retry: { limit: 1 } }),
  ky: (url) => ky(url, { retry: { limit: 1 } }),
  'axios-retry': (url) => retrying.get(url),
  undici: (url) => request(url, { dispatcher }),
};

async function secondRequestAfter(send, retryAfter) {
  const times = [];
  let arrived;
  const second = new Promise((resolve) => (arrived = resolve));
  const server = http.createServer((_request, response) => {
    times.push(Date.now());
    if (times.length === 1) response.writeHead(429, { 'retry-after': retryAfter });
    else arrived(times[1] - times[0]);
    response.end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  send(`http://127.0.0.1:${server.address().port}/`).catch(() => {});
  return second;
}

console.log(`Date.parse('3, 3') is ${new Date(Date.parse('3, 3')).toDateString()}`);
/** Those on fetch or undici. */
const JOINS = new Set(['ky', 'undici']);
let surprising = true;
for (const [name, send] of Object.entries(clients)) {
  const once = await secondRequestAfter(send, '3');
  const twice = await secondRequestAfter(send, ['3', '3']);
  const folded = await secondRequestAfter(send, '3, 3');
  console.log(`${name}: one line ${once} ms, two lines ${twice} ms, one folded line ${folded} ms`);
  surprising &&= once >= 2_900 && JOINS.has(name) === twice < 1_500 && folded < 1_500;
}
if (!surprising) console.log('The behaviour has changed');
process.exit(surprising ? 0 : 1);
JS
node --no-warnings retry.mjs
