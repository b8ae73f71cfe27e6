#!/usr/bin/env bash
# got 14.6.6 with `cache` ("RFC 7234 compliant HTTP caching" of its documentation), beside undici 7.30.2's cache
# interceptor, against express 5.3.0 on Node.js 24.
#
# Behaviour: a client that reads an order, changes it with PATCH, and reads it again through the same cache is handed the
# order as it was before its own change, for as long as max-age lasts. So it is with PUT and DELETE.
# A good guess: a change that succeeds drops what is stored for its address, as RFC 7234 §4.4 and RFC 9111 §4.4 demand.
# Seen: got pending after PATCH and PUT, and 200 after DELETE; undici done, done and 404.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts got@14.6.6 undici@7.30.2 express@5.3.0
cat >change.mjs <<'JS'
import express from 'express';
import got from 'got';
import { Agent, interceptors, request } from 'undici';

const orders = new Map();
const server = express()
  .get('/:id', (incoming, response) => {
    const status = orders.get(incoming.params.id);
    if (status === undefined) return response.sendStatus(404);
    response.set('Cache-Control', 'max-age=60').json({ status });
  })
  .all('/:id', (incoming, response) => {
    if (incoming.method === 'DELETE') orders.delete(incoming.params.id);
    else orders.set(incoming.params.id, 'done');
    response.sendStatus(204);
  })
  .listen(0, '127.0.0.1');
await new Promise((resolve) => server.on('listening', resolve));

const caching = got.extend({ cache: new Map(), throwHttpErrors: false });
const dispatcher = new Agent().compose(interceptors.cache());
const clients = {
  got: async (method, url) => {
    const { statusCode, body } = await caching(url, { method });
    return [statusCode, body];
  },
  undici: async (method, url) => {
    const answer = await request(url, { method, dispatcher });
    return [answer.statusCode, await answer.body.text()];
  },
};
const seen = {};
for (const [name, send] of Object.entries(clients)) {
  seen[name] = [];
  for (const method of ['PATCH', 'PUT', 'DELETE']) {
    const id = `${name}-${method}`;
    const url = `http://127.0.0.1:${server.address().port}/${id}`;
    orders.set(id, 'pending');
    await send('GET', url);
    await send(method, url);
    const [status, body] = await send('GET', url);
    seen[name].push(method === 'DELETE' ? status : JSON.parse(body).status);
  }
  console.log(`${name}, read after PATCH, PUT and DELETE: ${seen[name].join(', ')}`);
}
const surprising = seen.got.join() === 'pending,pending,200' && seen.undici.join() === 'done,done,404';
if (!surprising) console.log('The behaviour has changed');
process.exit(surprising ? 0 : 1);
JS
node --no-warnings change.mjs
