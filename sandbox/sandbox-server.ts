import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { DataApi } from './data-api.ts';
import { DEFAULT_KNOBS, type Knobs, readKnobs } from './knobs.ts';
import { RequestError } from './request-error.ts';
import { SandboxStore } from './sandbox-store.ts';
import { DEFAULT_SIZES, randomFrom, seed, type SeedSizes } from './seed.ts';

export interface SandboxOptions extends Partial<SeedSizes> {
  /** 0, the default: any free one. */
  readonly port?: number;
  readonly host?: string;
  /** The SQLite file; in memory by default. What it holds already is kept, an empty one is seeded. */
  readonly database?: string;
  readonly seed?: number;
  readonly knobs?: Partial<Knobs>;
}

export interface SandboxStats {
  /** Requests by route and status: `{ "GET /api/v1/orders": { "200": 3 } }`. */
  readonly requests: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Operations that were applied under a key, and requests that came again with one of them. */
  readonly effects: number;
  readonly repeats: number;
  /** Most requests that were served at once. */
  readonly maxConcurrent: number;
  readonly pendingOrders: number;
}

/** A running sandbox. */
export interface Sandbox {
  readonly url: string;
  readonly store: SandboxStore;
  readonly knobs: Knobs;
  stats(): SandboxStats;
  setKnobs(knobs: Partial<Knobs>): void;
  reset(sizes?: Partial<SeedSizes>): void;
  close(): Promise<void>;
}

/** Starts a Data API over a SQLite file of its own. Rejects when the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = new SandboxServer(options);
  await sandbox.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  return sandbox;
}

class SandboxServer implements Sandbox {
  readonly store: SandboxStore;
  readonly knobs: Knobs;
  private readonly server: Server;
  private readonly api: DataApi;
  private readonly random: () => number;
  private readonly sizes: SeedSizes;
  private requests: Record<string, Record<string, number>> = {};
  private serving = 0;
  private peak = 0;

  constructor(options: SandboxOptions) {
    const { orders, bookings, reminded, oldOrders } = { ...DEFAULT_SIZES, ...options };
    this.sizes = { orders, bookings, reminded, oldOrders };
    this.knobs = { ...DEFAULT_KNOBS, ...options.knobs };
    this.random = randomFrom(options.seed ?? 1);
    this.store = new SandboxStore(options.database ?? ':memory:');
    this.api = new DataApi(this.store, this.knobs);
    if (this.store.isEmpty) seed(this.store, this.sizes, this.random, Date.now());
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  get url(): string {
    const { address, port, family } = this.server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  listen(port: number, host: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.server.once('error', reject).listen(port, host, resolve);
    return promise;
  }

  stats(): SandboxStats {
    const { requests, peak } = this;
    return { requests, ...this.store.countKeys(), maxConcurrent: peak, pendingOrders: this.store.countPendingOrders() };
  }

  setKnobs(knobs: Partial<Knobs>): void {
    Object.assign(this.knobs, knobs);
  }

  reset(sizes: Partial<SeedSizes> = {}): void {
    this.store.clear();
    this.requests = {};
    this.peak = 0;
    seed(this.store, { ...this.sizes, ...sizes }, this.random, Date.now());
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
    this.store.close();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.peak = Math.max(this.peak, ++this.serving);
    try {
      send(response, 200, await this.answer(request));
    } catch (error) {
      const { status, code, message } =
        error instanceof RequestError ? error : new RequestError(500, 'internal', String(error));
      if (status === 429) response.setHeader('Retry-After', '1');
      send(response, status, { error: { code, message } });
    } finally {
      this.serving--;
    }
    this.count(request, response.statusCode);
  }

  private async answer(request: IncomingMessage): Promise<unknown> {
    const { method = '', url: target = '/' } = request;
    const url = new URL(target, 'http://sandbox');
    if (url.pathname.startsWith('/sandbox/')) return this.administer(`${method} ${url.pathname}`, await text(request));
    request.resume();
    const delay = this.misbehave();
    const { body } = await this.api.answer({ method, url, key: keyOf(request) }, delay);
    return body;
  }

  /** Throws what the knobs ask for; otherwise resolves after the latency. */
  private misbehave(): Promise<void> {
    const { outage, errorRate, errorStatus, maxConcurrent, latencyMs, jitterMs } = this.knobs;
    if (outage) throw new RequestError(503, 'outage', 'The Data API is down');
    if (this.serving > maxConcurrent) throw new RequestError(429, 'too_many_requests', `${maxConcurrent} at once`);
    if (errorRate > 0 && this.random() < errorRate) throw new RequestError(errorStatus, 'fault', 'As the knobs ask');
    const latency = latencyMs + this.random() * jitterMs;
    // Unref'd: a request that waits must not keep a closed sandbox alive.
    return latency > 0 ? new Promise((resolve) => setTimeout(resolve, latency).unref()) : Promise.resolve();
  }

  private administer(operation: string, body: string): unknown {
    switch (operation) {
      case 'GET /sandbox/stats':
        return this.stats();
      case 'GET /sandbox/knobs':
        return this.knobs;
      case 'PUT /sandbox/knobs':
        this.setKnobs(parsed(body, readKnobs));
        return this.knobs;
      case 'POST /sandbox/reset':
        this.reset(body ? (JSON.parse(body) as Partial<SeedSizes>) : {});
        return this.stats();
      default:
        throw new RequestError(404, 'not_found', 'There are /sandbox/stats, /sandbox/knobs and /sandbox/reset');
    }
  }

  private count({ method = '', url = '/' }: IncomingMessage, status: number): void {
    const target = new URL(url, 'http://sandbox');
    if (target.pathname.startsWith('/sandbox/')) return;
    const byStatus = (this.requests[this.api.nameOf({ method, url: target, key: undefined })] ??= {});
    byStatus[status] = (byStatus[status] ?? 0) + 1;
  }
}

function keyOf({ headers }: IncomingMessage): string | undefined {
  const key = headers['idempotency-key'];
  return Array.isArray(key) ? key[0] : key;
}

function parsed<T>(body: string, read: (value: unknown) => T): T {
  try {
    return read(JSON.parse(body));
  } catch (error) {
    throw new RequestError(400, 'bad_body', (error as Error).message);
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const json = JSON.stringify(body);
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(json) })
    .end(json);
}
