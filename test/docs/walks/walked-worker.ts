/**
 * Starts the service from its sources and prints, as JSON, which files it enters, in their order:
 *
 *     node --import ./trace-hooks.mjs walked-worker.ts
 *
 * `boot`: before the first timer. `slot`: from the timer of the scheduler to the commit that claims
 * the slot. `order`: from the page that has been read to the socket on which its first order goes.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StatementSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Walks } from './walks.ts';

declare global {
  var entered: (file: string, name: string) => void;
}

interface Step {
  readonly file: string;
  readonly name: string;
}

interface SentRequest {
  readonly request: { readonly method: string };
}

const MAX_WAIT_MS = 240_000;
const folder = mkdtempSync(join(tmpdir(), 'walk-'));

/** Every callback of a timer begins a trace of its own, which all that follows from it shares. */
const traces = new AsyncLocalStorage<Step[]>();
const boot: Step[] = [];
let slot: Step[] | undefined;
let order: Step[] | undefined;
let pagesRead = 0;

globalThis.entered = (file, name) => {
  const trace = traces.getStore() ?? boot;
  trace.push({ file, name });
  // The sending of the first order may go on in the trace of a connection.
  if (name === 'processItem') order ??= trace;
};

const { setTimeout } = globalThis;
globalThis.setTimeout = ((callback: () => void, ...rest: [number]) =>
  setTimeout(() => traces.run([], callback), ...rest)) as typeof globalThis.setTimeout;

// The first commit that follows from a timer of the scheduler is that of a claim.
const { run } = StatementSync.prototype;
StatementSync.prototype.run = function (this: StatementSync, ...parameters: unknown[]) {
  const trace = traces.getStore();
  if (/^\s*commit/i.test(this.sourceSQL) && trace?.[0]?.file.includes('/scheduler/')) slot ??= [...trace];
  return Reflect.apply(run, this, parameters) as ReturnType<typeof run>;
};

subscribe('undici:client:sendHeaders', (message) => {
  if ((message as SentRequest).request.method !== 'POST' || !order) return;
  // A claim that shared the commit of something else left no walk: the next run shows one.
  if (!slot) return void (order = undefined);
  const walks: Walks = { boot: files(boot), slot: files(slot), order: files(fromThePage(order)) };
  process.stdout.write(JSON.stringify(walks));
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});

/**
 * What has happened since the page was recorded: the ledger is the last that is asked before. Once
 * the task has its item, the batch goes on with others.
 */
function fromThePage(steps: readonly Step[]): readonly Step[] {
  const processed = steps.findLastIndex(({ name }) => name === 'processItem');
  const recorded = steps.slice(0, processed).findLastIndex(({ file }) => file.startsWith('src/ledger/'));
  const below = steps.slice(processed + 1).filter(({ file }) => !file.startsWith('src/worker/batch/'));
  return [...steps.slice(recorded + 1, processed + 1), ...below];
}

function files(steps: readonly Step[]): string[] {
  return [...new Set(steps.map(({ file }) => file))];
}

/** One pending order a run. */
function answer({ method }: IncomingMessage, response: ServerResponse): void {
  if (method !== 'GET') return void response.end('{}');
  const items = pagesRead++ % 2 === 0 ? [{ id: pagesRead }] : [];
  response.end(JSON.stringify({ items, total: items.length }));
}

const server = createServer(answer).listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  Object.assign(process.env, {
    DATA_API_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: `sqlite:${join(folder, 'worker.db')}`,
    PORT: '0',
    LOG_LEVEL: 'silent',
    TASK_PROCESS_PENDING_ORDERS_SCHEDULE: 'every 1s',
    TASK_CLEANUP_OLD_ORDERS_SCHEDULE: 'off',
    TASK_SEND_REMINDERS_SCHEDULE: 'off',
    TASK_SYNC_EXTERNAL_DATA_SCHEDULE: 'off',
  });
  void import('../../../src/main.ts');
});
setTimeout(() => process.exit(1), MAX_WAIT_MS).unref();
