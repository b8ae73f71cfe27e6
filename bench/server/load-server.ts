import { createServer, type Server, type Socket } from 'node:net';
import { bookingsPage, bulkResults, BUSY, GONE, ordersPage, PROCESSED } from './answers.ts';
import { LoadMeter } from './load-meter.ts';
import type { LoadEvent, LoadProfile, LoadStatistics } from './load-profile.ts';
import { Limiter } from './limiter.ts';
import { OrderList } from './order-list.ts';
import { type ReceivedRequest, RequestReader } from './request-reader.ts';

const PROCESS = /^\/api\/v1\/orders\/(\d+)\/process$/;
const BOOKINGS = '/api/v1/bookings/';
const BULK = '/api/v1/bulk';
const DEFAULT_PAGE_ITEMS = 100;

/**
 * The pending orders of the Data API, and as many bookings, which stay in their list; fast enough
 * not to affect what is measured: `node:net`, minimal parsing, and answers made in advance. No
 * pipelining, and no other feature of HTTP.
 */
export class LoadServer {
  private readonly server: Server;
  private readonly notify: (event: LoadEvent) => void;
  private profile: LoadProfile = { orders: 0, latency: 0 };
  private orders = new OrderList(0);
  private meter = new LoadMeter();
  private limiter: Limiter | undefined;
  private inService = 0;

  constructor(notify: (event: LoadEvent) => void) {
    this.notify = notify;
    this.server = createServer({ noDelay: true }, (socket) => this.accept(socket));
  }

  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.server.listen(0, '127.0.0.1', () => resolve((this.server.address() as { port: number }).port));
    });
  }

  /** Starts over. No request may be in flight. */
  load(profile: LoadProfile): void {
    this.profile = profile;
    this.orders = new OrderList(profile.orders);
    this.meter = new LoadMeter();
    this.limiter = profile.limit && new Limiter(profile.limit);
    this.inService = 0;
  }

  get statistics(): LoadStatistics {
    return this.meter.statistics;
  }

  private accept(socket: Socket): void {
    const reader = new RequestReader();
    socket.on('data', (bytes: Buffer) => {
      for (const request of reader.read(bytes)) this.serve(request, socket);
    });
    // A client that has finished or was killed resets its connections.
    socket.on('error', () => socket.destroy());
  }

  private serve(request: ReceivedRequest, socket: Socket): void {
    if (this.meter.countRequest()) this.notify('first request');
    const { latency, servesAtOnce = Infinity } = this.profile;
    if (this.inService >= servesAtOnce || this.limiter?.admits(performance.now()) === false) {
      this.meter.countRefused();
      this.write(socket, BUSY);
    } else if (latency === 0) {
      this.write(socket, this.perform(request));
    } else {
      this.inService++;
      setTimeout(() => {
        this.inService--;
        this.write(socket, this.perform(request));
      }, latency);
    }
  }

  private perform({ method, target, body }: ReceivedRequest): Buffer {
    if (target.startsWith(BOOKINGS)) return method === 'GET' ? this.bookings(target) : this.remind();
    if (target === BULK) return bulkResults(body);
    return method === 'GET' ? this.page(target) : this.process(target);
  }

  /** By cursor, which is the last id of the page before. */
  private bookings(target: string): Buffer {
    const first = Number(/[?&]cursor=(\d+)/.exec(target)?.[1] ?? 0) + 1;
    const last = Math.min(first + DEFAULT_PAGE_ITEMS - 1, this.profile.orders);
    return bookingsPage(first, last, last < this.profile.orders ? `?cursor=${last}` : null);
  }

  private remind(): Buffer {
    this.meter.countProcessed();
    if (this.meter.processed === this.profile.orders) this.notify('drained');
    return PROCESSED;
  }

  private page(target: string): Buffer {
    const query = new URLSearchParams(target.slice(target.indexOf('?') + 1));
    const ids = this.orders.page(Number(query.get('offset') ?? 0), Number(query.get('limit') ?? DEFAULT_PAGE_ITEMS));
    return ordersPage(ids, this.orders.size);
  }

  private process(target: string): Buffer {
    const [, id = '0'] = PROCESS.exec(target) ?? [];
    if (!this.orders.remove(Number(id))) {
      this.meter.pointless++;
      return GONE;
    }
    this.meter.countProcessed();
    if (this.orders.size === 0) this.notify('drained');
    return PROCESSED;
  }

  private write(socket: Socket, answer: Buffer): void {
    if (!socket.destroyed) socket.write(answer);
    this.meter.countAnswer();
  }
}
