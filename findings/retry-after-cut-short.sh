#!/usr/bin/env bash
# @aws-sdk/client-s3 3.1175.0, gaxios 7.3.1 (under Google's clients) and ofetch 1.5.1 (under Nuxt), beside got 14.6.6, on
# Node.js 24.
#
# Behaviour: after a 503 with `Retry-After: 12` the AWS client asks again after five seconds, gaxios after 0.1 s and ofetch at
# once, in both forms that the header has. The AWS client heeds it for at most five seconds more than its own backoff, so
# that a test with `Retry-After: 3` passes; the two others never look at it.
# A good guess: twelve seconds, as got, ky, axios-retry and undici's RetryAgent wait; or an error at once, if that is too long.
# Seen: seconds: AWS 5,035-5,092 ms, gaxios 125-138 ms, ofetch 25-45 ms, got 12,031-12,040 ms; a date: the same, got 11,204.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @aws-sdk/client-s3@3.1175.0 gaxios@7.3.1 ofetch@1.5.1 got@14.6.6
cat >retry.mjs <<'JS'
import http from 'node:http';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { request } from 'gaxios';
import got from 'got';
import { ofetch } from 'ofetch';

const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
const clients = {
  aws: (endpoint) => new S3Client({ region: 'eu-west-1', endpoint, credentials }).send(new ListBucketsCommand({})),
  gaxios: (url) => request({ url, retryConfig: { retry: 1 } }),
  ofetch: (url) => ofetch(url),
  got: (url) => got(url, { retry: { limit: 1 } }),
};

async function secondRequestAfter(send, retryAfter) {
  const server = http.createServer();
  const second = new Promise((resolve) => {
    let first;
    server.on('request', (_request, response) => {
      if (first === undefined) response.writeHead(503, { 'retry-after': retryAfter });
      else resolve(Date.now() - first);
      first ??= Date.now();
      response.end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  send(`http://127.0.0.1:${server.address().port}/`).catch(() => {});
  return second;
}

const SECONDS = 12;
let surprising = true;
async function show(name, send, retryAfter) {
  const waited = await secondRequestAfter(send, retryAfter);
  console.log(`${name}, Retry-After: ${retryAfter}: ${waited} ms`);
  const [least, most] = { aws: [4_500, 7_500], gaxios: [0, 2_500], ofetch: [0, 2_500], got: [10_900, 16_000] }[name];
  surprising &&= waited >= least && waited <= most;
}
const date = new Date(Date.now() + SECONDS * 1_000).toUTCString();
const headers = [String(SECONDS), date];
await Promise.all(headers.flatMap((header) => Object.entries(clients).map(([name, send]) => show(name, send, header))));
if (!surprising) console.log('The behaviour has changed');
process.exit(surprising ? 0 : 1);
JS
node --no-warnings retry.mjs
