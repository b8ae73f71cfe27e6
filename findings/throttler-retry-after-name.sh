#!/usr/bin/env bash
# @nestjs/throttler 6.7.1 with named throttlers, as its own guide for several limits has them, on Node.js 24, Nest 12.5.1.
#
# Behaviour: a refused request is answered 429 with `Retry-After-short: 3`, and no `Retry-After`: the name of the throttler
# is added to that header too. got, which obeys Retry-After, tries again after its own pause of one second.
# A good guess: the name is added to the X-RateLimit headers alone; `Retry-After` stays what RFC 9110 calls it.
# Seen: a throttler without a name: `retry-after: 3`, got asks again after 3 s; with a name: `retry-after-short: 3`, 1 s.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @nestjs/throttler@6.7.1 @nestjs/common@12.5.1 @nestjs/core@12.5.1 @nestjs/platform-express@12.5.1 reflect-metadata@0.2.2 rxjs@7.8.2 got@14.6.6
cat >refuse.mjs <<'JS'
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import got from 'got';

async function serve(throttlers) {
  class Orders {
    list() {
      return [];
    }
  }
  Controller()(Orders);
  Get()(Orders.prototype, 'list', Object.getOwnPropertyDescriptor(Orders.prototype, 'list'));
  class Api {}
  Module({
    imports: [ThrottlerModule.forRoot(throttlers)],
    controllers: [Orders],
    providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
  })(Api);
  const application = await NestFactory.create(Api, { logger: false });
  await application.listen(0, '127.0.0.1');
  return application.getUrl();
}

async function refusal(throttlers) {
  const url = await serve(throttlers);
  await fetch(url);
  const { status, headers } = await fetch(url);
  let pause;
  const hooks = { beforeRetry: [(_error, _count) => (pause = Date.now() - start)] };
  const start = Date.now();
  await got(url, { retry: { limit: 1 }, hooks, throwHttpErrors: false });
  const names = [...headers.keys()].filter((name) => name.startsWith('retry-after'));
  console.log(status, ...names.map((name) => `${name}: ${headers.get(name)}`), `got asks again after ${pause} ms`);
  return { names: names.join(), pause };
}

const ttl = 3_000;
const plain = await refusal([{ ttl, limit: 1 }]);
const named = await refusal([
  { name: 'short', ttl, limit: 1 },
  { name: 'long', ttl: 60_000, limit: 100 },
]);
const surprising =
  plain.names === 'retry-after' && plain.pause > 1_900 && named.names === 'retry-after-short' && named.pause < 1_900;
if (!surprising) console.log('The behaviour has changed');
process.exit(surprising ? 0 : 1);
JS
node --no-warnings refuse.mjs
