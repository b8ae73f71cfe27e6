#!/usr/bin/env bash
# Node.js 24's fetch (and ky 1.14.3 and axios 1.21.1 with `adapter: 'fetch'`) against express 5.3.0 and koa 3.3.0.
#
# Behaviour: a GET with `If-None-Match` and the current ETag is answered 200 with the whole body, never 304, although both
# ends support it: a client that polls with fetch downloads everything each time.
# A good guess: 304 from all clients, as node:http, got, axios' own adapter and undici's request get it.
# Seen: fetch, ky and axios over fetch 200; node:http, got, axios and undici 304; fetch with `cache: 'no-cache'` 304.
# Why: for a request with that header, fetch has to set the cache mode no-store and to add `Cache-Control: no-cache`,
# which the package `fresh`, behind `request.fresh` of both frameworks, takes for a wish for a whole answer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts express@5.3.0 koa@3.3.0 koa-conditional-get@3.0.0 @koa/etag@5.0.2 got@14.6.6 ky@1.14.3 axios@1.21.1 undici@7.30.2
cat >poll.mjs <<'JS'
import http from 'node:http';
import axios from 'axios';
import express from 'express';
import got from 'got';
import Koa from 'koa';
import conditional from 'koa-conditional-get';
import etag from '@koa/etag';
import ky from 'ky';
import { request } from 'undici';

const orders = [{ id: 1 }];
const clients = {
  'node:http': (url, headers) =>
    new Promise((resolve) => http.get(url, { headers }, (response) => resolve(response.resume().statusCode))),
  got: async (url, headers) => (await got(url, { headers, throwHttpErrors: false })).statusCode,
  axios: async (url, headers) => (await axios.get(url, { headers, validateStatus: null })).status,
  undici: async (url, headers) => (await request(url, { headers })).statusCode,
  'fetch no-cache': async (url, headers) => (await fetch(url, { headers, cache: 'no-cache' })).status,
  fetch: async (url, headers) => (await fetch(url, { headers })).status,
  ky: async (url, headers) => (await ky(url, { headers, throwHttpErrors: false })).status,
  'axios over fetch': async (url, headers) =>
    (await axios.get(url, { headers, adapter: 'fetch', validateStatus: null })).status,
};
/** Those that leave the cache mode to fetch. */
const WHOLE = new Set(['fetch', 'ky', 'axios over fetch']);
const servers = {
  express: express().get('/', (_request, response) => response.json(orders)),
  koa: new Koa()
    .use(conditional())
    .use(etag())
    .use((context) => (context.body = orders)),
};

let surprising = true;
for (const [name, application] of Object.entries(servers)) {
  const server = application.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.on('listening', resolve));
  const url = `http://127.0.0.1:${server.address().port}/`;
  const tag = (await fetch(url)).headers.get('etag');
  for (const [client, send] of Object.entries(clients)) {
    const status = await send(url, { 'If-None-Match': tag });
    console.log(`${name}, ${client}: ${status}`);
    surprising &&= status === (WHOLE.has(client) ? 200 : 304);
  }
}
if (!surprising) console.log('The behaviour has changed');
process.exit(surprising ? 0 : 1);
JS
node --no-warnings poll.mjs
