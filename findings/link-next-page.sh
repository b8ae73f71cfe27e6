#!/usr/bin/env bash
# got 14.6.6 (`got.paginate`), parse-link-header 2.0.0, li 1.3.0 and http-link-header 1.1.4 reading Link headers that
# express 5.3.0 writes (`response.links`), on Node.js 24.
#
# Behaviour: of these four ways to the next page of a list only http-link-header finds it in each of five valid headers:
#   - a comma in the address, `</orders?fields=id,total&page=2>; rel="next"`: got throws at the first page
#   - next and last are one page, `rel="next last"`: got ends one page early, as if the list were over
#   - more than 2,000 characters (four links with long cursors): parse-link-header returns null, as for no header
#   - a link for the stylesheet in front, `</a.css>; rel=preload; as=style`: li does not find what follows
# A good guess: all four find the next page in all five; these are forms of RFC 8288, and servers send them.
# Seen: got fails at the first and stops at the second, parse-link-header stops at the third, li at the fourth. Stopping is
# silent: a batch has read a part of the list, and succeeds.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts got@14.6.6 parse-link-header@2.0.0 li@1.3.0 http-link-header@1.1.4 express@5.3.0
cat >pages.mjs <<'JS'
import express from 'express';
import got from 'got';
import LinkHeader from 'http-link-header';
import li from 'li';
import parseLinkHeader from 'parse-link-header';

const cursor = 'c'.repeat(600);
const written = {
  plain: (response) => response.links({ next: '/orders?page=2' }),
  comma: (response) => response.links({ next: '/orders?fields=id,total&page=2' }),
  'next last': (response) => response.links({ 'next last': '/orders?page=2' }),
  long: (response) =>
    response.links({ first: '/orders', prev: `/orders?p=${cursor}`, next: '/orders?page=2', last: `/orders?${cursor.repeat(3)}` }),
  preload: (response) => response.set('Link', '</a.css>; rel=preload; as=style').links({ next: '/orders?page=2' }),
};
const server = express()
  .get('/orders', (request, response) => {
    if (request.query.page === undefined) written[request.query.case](response);
    response.json([1]);
  })
  .listen(0, '127.0.0.1');
await new Promise((resolve) => server.on('listening', resolve));

async function pagesOf(url) {
  let pages = 0;
  try {
    for await (const _ of got.paginate(url, { pagination: { backoff: 0 } })) pages++;
    return pages === 2;
  } catch (error) {
    return error.message.split(':')[0];
  }
}

const outcomes = [];
for (const name of Object.keys(written)) {
  const url = `http://127.0.0.1:${server.address().port}/orders?case=${encodeURIComponent(name)}`;
  const link = (await fetch(url)).headers.get('link');
  const found = {
    got: await pagesOf(url),
    'parse-link-header': parseLinkHeader(link)?.next !== undefined,
    li: li.parse(link).next !== undefined,
    'http-link-header': LinkHeader.parse(link).rel('next').length === 1,
  };
  console.log(name, `(${link.length} characters)`, found);
  outcomes.push(Object.values(found).map((finds) => (finds === true ? '+' : '-')).join(''));
}
const surprising = outcomes.join(' ') === '++++ -+++ -+++ +-++ ++-+';
if (!surprising) console.log('The behaviour has changed', outcomes.join(' '));
process.exit(surprising ? 0 : 1);
JS
node --no-warnings pages.mjs
