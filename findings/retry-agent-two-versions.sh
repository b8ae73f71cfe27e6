#!/usr/bin/env bash
# undici 7.30.2 and 8.12.4 (RetryAgent) reading a JSON file from express 5.3.0 (`express.static`) on Node.js 24.
#
# Behaviour: a connection breaks in the middle of the answer, and the file is written anew before RetryAgent asks for the
# rest. The caller gets one 200 whose body is the beginning of the old version and the end of the new one, without an error.
# A good guess: an error or the whole new version, as the ETag and Last-Modified of the two answers differ.
# Seen: 2,000 rows of valid JSON, of which the first have version "old" and the others "new".
# Why: express.static sends a weak ETag, which RetryAgent drops, since it cannot stand in If-Match; it then asks with
# `Range` alone, without If-Match, If-Unmodified-Since or If-Range, and compares nothing but positions and lengths.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts undici7@npm:undici@7.30.2 undici8@npm:undici@8.12.4 express@5.3.0
cat >read.mjs <<'JS'
import { mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import express from 'express';

const library = process.argv[2];
const { Agent, RetryAgent, request } = await import(library);
const ROWS = 2_000;
const rows = (version) => JSON.stringify(Array.from({ length: ROWS }, (_, id) => ({ id, version })));
mkdirSync(library);
writeFileSync(`${library}/orders.json`, rows('old'));
const server = express().use(express.static(library)).listen(0, '127.0.0.1');
await new Promise((resolve) => server.on('listening', resolve));

/** A proxy that loses its first connection in the middle of the answer, just when the file is written anew. */
const requests = [];
let connections = 0;
const proxy = net.createServer((downstream) => {
  const breaksAfter = connections++ === 0 ? 20_000 : Infinity;
  let passed = 0;
  const upstream = net.connect(server.address().port, '127.0.0.1');
  for (const socket of [downstream, upstream]) socket.on('error', () => {});
  downstream.on('data', (data) => {
    requests.push(data.toString());
    upstream.write(data);
  });
  upstream.on('data', (data) => {
    const rest = breaksAfter - passed;
    passed += data.length;
    if (data.length < rest) return downstream.write(data);
    writeFileSync(`${library}/orders.json`, rows('new'));
    downstream.end(data.subarray(0, rest));
    upstream.destroy();
  });
});
await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));

const dispatcher = new RetryAgent(new Agent(), { minTimeout: 100 });
let seen;
try {
  const answer = await request(`http://127.0.0.1:${proxy.address().port}/orders.json`, { dispatcher });
  const versions = (await answer.body.json()).map(({ version }) => version);
  const count = (version) => versions.filter((each) => each === version).length;
  seen = { status: answer.statusCode, etag: answer.headers.etag, old: count('old'), new: count('new') };
} catch (error) {
  seen = error;
}
console.log(library, seen, 'second request:', requests[1]?.match(/^(range|if-.*): .*$/gim));
process.exit(seen.status === 200 && seen.old > 0 && seen.new > 0 && seen.old + seen.new === ROWS ? 0 : 1);
JS
surprising=yes
node --no-warnings read.mjs undici7 || surprising=no
# undici 8 needs Node.js 22.
if node -e 'process.exit(parseInt(process.versions.node) < 22 ? 1 : 0)'; then node --no-warnings read.mjs undici8 || surprising=no; fi
[ $surprising = yes ] || { echo "The behaviour has changed"; exit 1; }
