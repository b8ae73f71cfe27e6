import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startFeed } from './feed.ts';
import { startSandbox } from './sandbox-server.ts';

const USAGE = `A Data API to develop and test against.

  node sandbox/main.ts [--port 4000] [--host 127.0.0.1] [--database FILE] [--feed] [--seed 1]
                       [--orders 250] [--bookings 20] [--reminded 5] [--old-orders 40]

The environment variables PORT, HOST and DATABASE say the same. How it misbehaves is changed while it runs:
  curl -X PUT -d '{"outage": true}' http://127.0.0.1:4000/sandbox/knobs`;

const number = (text: string | undefined) => (text === undefined ? {} : Number(text));

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: process.env['PORT'] ?? '4000' },
      host: { type: 'string', default: process.env['HOST'] ?? '127.0.0.1' },
      database: { type: 'string' },
      feed: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      orders: { type: 'string' },
      bookings: { type: 'string' },
      reminded: { type: 'string' },
      'old-orders': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void console.log(USAGE);
  const sizes = Object.entries({
    orders: number(values.orders),
    bookings: number(values.bookings),
    reminded: number(values.reminded),
    oldOrders: number(values['old-orders']),
  }).filter(([, size]) => typeof size === 'number');
  const sandbox = await startSandbox({
    port: Number(values.port),
    host: values.host,
    database: values.database ?? process.env['DATABASE'] ?? join(mkdtempSync(join(tmpdir(), 'sandbox-')), 'sandbox.db'),
    seed: Number(values.seed),
    ...Object.fromEntries(sizes),
  });
  const stopFeed = values.feed ? startFeed(sandbox, Number(values.seed)) : () => {};
  console.log(JSON.stringify({ event: 'listening', url: sandbox.url }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopFeed();
      void sandbox.close();
    });
  }
}

main().catch((error: unknown) => {
  console.error(`The sandbox could not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
