#!/usr/bin/env bash
# got 14.6.6, ky 1.14.3, axios-retry 4.5.0 and undici 7.30.2 (RetryAgent) on Node.js 24.
#
# Behaviour: a 429 whose Retry-After is a date in the asctime form (`Fri Nov 27 19:50:48 2026`), which RFC 9110 §5.6.7
# obliges recipients to accept and to read as UTC, is read as local time by all four: east of Greenwich they retry at
# once, west of it they would wait for hours.
# A good guess: three seconds, as for the two other date forms, whatever the zone of the process.
# Seen: UTC 2,432 to 3,159 ms; Europe/Berlin 13 to 513 ms; America/New_York no second request within six seconds.
# Why: Date.parse reads that form in the zone of the process.
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

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
function asctime(date) {
  const day = String(date.getUTCDate()).padStart(2);
  const time = date.toISOString().slice(11, 19);
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ${time} ${date.getUTCFullYear()}`;
}

const retrying = axios.create();
axiosRetry(retrying, { retries: 1, retryCondition: () => true, retryDelay: axiosRetry.exponentialDelay });
const dispatcher = new RetryAgent(new Agent(), { maxRetries: 1, statusCodes: [429] });
const clients = {
  got: (url) => got(url, { retry: { limit: 1 } }),
  ky: (url) => ky(url, { retry: { limit: 1 } }),
  'axios-retry': (url) => retrying.get(url),
  undici: (url) => request(url, { dispatcher }),
};

async function secondRequestAfter(send) {
  const times = [];
  let arrived;
  const second = new Promise((resolve) => (arrived = resolve));
  const server = http.createServer((_request, response) => {
    times.push(Date.now());
    if (times.length === 1) response.writeHead(429, { 'retry-after': asctime(new Date(Date.now() + 3_000)) });
    else arrived(times[1] - times[0]);
    response.end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  send(`http://127.0.0.1:${server.address().port}/`).catch(() => {});
  const late = new Promise((resolve) => setTimeout(resolve, 6_000, Infinity));
  return Promise.race([second, late]);
}

const expected = { UTC: [1_500, 6_000], 'Europe/Berlin': [0, 1_500], 'America/New_York': [Infinity, Infinity] };
const [least, most] = expected[process.env.TZ];
let surprising = true;
for (const [name, send] of Object.entries(clients)) {
  const wait = await secondRequestAfter(send);
  console.log(`${process.env.TZ} ${name}: ${wait === Infinity ? 'no second request within 6 s' : `${wait} ms`}`);
  surprising &&= wait >= least && wait <= most;
}
process.exit(surprising ? 0 : 1);
JS
for zone in UTC Europe/Berlin America/New_York; do
  TZ=$zone node --no-warnings retry.mjs || { echo "The behaviour has changed"; exit 1; }
done
