#!/usr/bin/env bash
# csv-parse 7.0.3 with `cast: true`, beside papaparse 5.7.1 with `dynamicTyping`, on Node.js 24.
#
# Behaviour: each text that is a hexadecimal number becomes the number 0: in an export whose ids are `0x…` (transactions,
# addresses of devices) all rows have one id. Other texts with letters stay as they are.
# A good guess: the text stays, or becomes the value that Number() gives it, 16 for 0x10.
# Seen: '0x10', '0xff' and a hash of 64 digits are 0, so that two orders are one in a Map; papaparse keeps the texts.
# Why: whether it is a number is asked of the whole text (16), and then parseFloat reads it as far as the x (0).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts csv-parse@7.0.3 papaparse@5.7.1
cat >read.mjs <<'JS'
import { parse } from 'csv-parse/sync';
import papaparse from 'papaparse';

const hash = `0x${'5c50'.repeat(16)}`;
const text = `id,total\n0x10,1.50\n0xff,2\n${hash},3\n5c50,4\n`;
const cast = parse(text, { columns: true, cast: true }).map(({ id }) => id);
const dynamic = papaparse.parse(text, { header: true, dynamicTyping: true, skipEmptyLines: true }).data.map(({ id }) => id);
const show = (ids) => ids.map((id) => (typeof id === 'number' ? String(id) : `'${id.slice(0, 8)}'`)).join(' ');
console.log(`csv-parse: ${show(cast)}; papaparse: ${show(dynamic)}`);
const surprising = show(cast) === `0 0 0 '5c50'` && show(dynamic) === `'0x10' '0xff' '0x5c505c' '5c50'`;
if (!surprising) console.log('The behaviour has changed');
process.exit(surprising ? 0 : 1);
JS
node --no-warnings read.mjs
