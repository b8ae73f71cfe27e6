import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Administration } from './administration.ts';
import { DataApi } from './data-api.ts';
import { Exchange, type ExchangeParts } from './exchange.ts';
import { Faults } from './faults.ts';
import { Idempotency } from './idempotency.ts';
import type { KeyRecord } from './key-table.ts';
import { DEFAULT_KNOBS, type Knobs, type KnobSettings, readKnobs } from './knobs.ts';
import { randomFrom } from './random.ts';
import type { Sandbox, SandboxStats } from './sandbox.ts';
import { SandboxStore } from './sandbox-store.ts';
import { DEFAULT_SIZES, readSizes, seed, type SeedSizes } from './seed.ts';
import { type RecordedRequest, Traffic } from './traffic.ts';

export interface SandboxOptions extends Partial<SeedSizes> {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /**
   * The SQLite file; default in memory. Existing data is kept, an empty database is seeded.
   */
  readonly database?: string;
  /** Determines customers, totals, ages and random faults. Default 1. */
  readonly seed?: number;
  readonly knobs?: KnobSettings;
}

/** Starts a Data API on a SQLite file of its own. Rejects when the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = new SandboxServer(options);
  try {
    await sandbox.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  } catch (error) {
    sandbox.store.close();
    throw error;
  }
  return sandbox;
}

class SandboxServer implements Sandbox {
  readonly store: SandboxStore;
  readonly knobs: Knobs;
  private readonly server: Server;
  private readonly traffic = new Traffic();
  private readonly closing = new AbortController();
  private readonly sizes: SeedSizes;
  private readonly seed: number;

  constructor({ port: _port, host: _host, database = ':memory:', seed: number = 1, knobs, ...sizes }: SandboxOptions) {
    this.sizes = { ...DEFAULT_SIZES, ...readSizes(sizes) };
    this.seed = number;
    this.knobs = { ...DEFAULT_KNOBS, ...readKnobs(knobs ?? {}) };
    this.store = new SandboxStore(database);
    if (this.store.isEmpty) this.fill(this.sizes);
    this.server = this.createServer();
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
    const { traffic, store } = this;
    return {
      requests: traffic.counts(),
      lastRequestAt: traffic.lastRequestAt,
      serving: traffic.serving,
      maxConcurrent: traffic.peak,
      ...store.keys.totals(),
      pendingOrders: store.orders.pending,
      ordersProcessedTwice: store.orders.countProcessedTwice(),
      bookingsRemindedTwice: store.bookings.countRemindedTwice(),
    };
  }

  keys(): readonly KeyRecord[] {
    return this.store.keys.list();
  }

  requests(): readonly RecordedRequest[] {
    return this.traffic.latest();
  }

  setKnobs(knobs: KnobSettings): void {
    Object.assign(this.knobs, readKnobs(knobs));
  }

  reset(sizes: Partial<SeedSizes> = {}): void {
    const wanted = { ...this.sizes, ...readSizes(sizes) };
    this.store.clear();
    this.traffic.reset();
    this.fill(wanted);
  }

  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.closing.abort();
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
    this.store.close();
  }

  private createServer(): Server {
    const parts: ExchangeParts = {
      api: new DataApi(this.store, this.knobs),
      faults: new Faults(this.knobs, randomFrom(this.seed)),
      idempotency: new Idempotency(this.store, this.knobs),
      traffic: this.traffic,
      closed: this.closing.signal,
    };
    const administration = new Administration(this);
    return createServer((request, response) => {
      if (request.url?.startsWith('/sandbox/')) void administration.serve(request, response);
      else new Exchange(parts, request, response).begin();
    });
  }

  private fill(sizes: SeedSizes): void {
    seed(this.store, sizes, randomFrom(this.seed), Date.now());
  }
}
