import { EventEmitter } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { DataApiModel, type Route, routeOf } from './server/data-api-model.ts';
import { type ReceivedRequest, splitTarget } from './server/received-request.ts';
import { Reply } from './server/reply.ts';
import { RequestReader, type WireRequest } from './server/request-reader.ts';
import { nextEvent } from './next-event.ts';

/** Answers a request in its own way, or hands it on to the next rule and at last to the model. */
export type Behaviour = (request: ReceivedRequest, reply: Reply, next: () => void) => void;

type Selector = Route | 'any' | ((request: ReceivedRequest) => boolean);

interface Rule {
  readonly selects: (request: ReceivedRequest) => boolean;
  readonly behaviour: Behaviour;
  left: number;
}

/** A connection in the server's log. */
export interface ReceivedConnection {
  readonly openedAt: number;
  closedAt: number | undefined;
  /** Every byte, in the pieces in which it came. Empty when the server only counts. */
  readonly received: Buffer[];
  bytes: number;
}

/**
 * A Data API on a raw socket. It logs every byte it is sent, answers from an in-memory model, and
 * misbehaves where a rule says so: rules are asked newest first.
 */
export class ScriptedServer {
  readonly model = new DataApiModel();
  /** Every request in the order of its arrival. */
  readonly requests: ReceivedRequest[] = [];
  readonly connections: ReceivedConnection[] = [];
  requestCount = 0;
  private readonly events = new EventEmitter().setMaxListeners(0);
  private readonly sockets = new Set<Socket>();
  private readonly keepsLog: boolean;
  private rules: Rule[] = [];
  private server: Server | undefined;
  private port = 0;

  /** `log: 'counts'` keeps no requests and no bytes, for runs that last. */
  constructor({ log = 'everything' }: { readonly log?: 'everything' | 'counts' } = {}) {
    this.keepsLog = log === 'everything';
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get openConnections(): number {
    return this.sockets.size;
  }

  /** Opens the port, the same one every time. */
  async listen(): Promise<this> {
    const server = createServer({ noDelay: true }, (socket) => this.accept(socket));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject).listen(this.port, '127.0.0.1', 4096, resolve);
    await promise;
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
    return this;
  }

  /** From now on connections are refused; those that are open are reset. */
  async refuse(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.sockets) socket.resetAndDestroy();
    await closed;
  }

  close(): Promise<void> {
    return this.refuse();
  }

  /** Adds a rule for the next requests that it selects. Returns the function that removes it. */
  on(selector: Selector, behaviour: Behaviour, times = Infinity): () => void {
    const rule: Rule = { selects: predicateOf(selector), behaviour, left: times };
    this.rules.unshift(rule);
    return () => {
      this.rules = this.rules.filter((candidate) => candidate !== rule);
    };
  }

  requestsFor(selector: Selector): readonly ReceivedRequest[] {
    return this.requests.filter(predicateOf(selector));
  }

  /** The next request that arrives from now on. */
  nextRequest(selector: Selector = 'any', timeout = 20_000): Promise<ReceivedRequest> {
    return nextEvent(this.events, 'request', predicateOf(selector), timeout, `a request for ${String(selector)}`);
  }

  private accept(socket: Socket): void {
    const connection: ReceivedConnection = { openedAt: Date.now(), closedAt: undefined, received: [], bytes: 0 };
    if (this.keepsLog) this.connections.push(connection);
    const number = this.connections.length;
    const reader = new RequestReader();
    this.sockets.add(socket);
    socket.on('data', (chunk) => {
      connection.bytes += chunk.length;
      if (this.keepsLog) connection.received.push(chunk);
      for (const request of reader.read(chunk)) this.receive(request, socket, number);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      connection.closedAt = Date.now();
      this.sockets.delete(socket);
    });
  }

  private receive(wire: WireRequest, socket: Socket, connection: number): void {
    const reply = new Reply(socket);
    const number = ++this.requestCount;
    const request: ReceivedRequest = {
      ...wire,
      ...splitTarget(wire.target),
      number,
      connection,
      at: Date.now(),
      reply,
    };
    if (this.keepsLog) this.requests.push(request);
    this.answer(request, reply, this.rules);
    this.events.emit('request', request);
  }

  private answer(request: ReceivedRequest, reply: Reply, rules: readonly Rule[]): void {
    const index = rules.findIndex((rule) => rule.left > 0 && rule.selects(request));
    const rule = rules[index];
    if (!rule) return this.model.answer(request, reply);
    rule.left--;
    rule.behaviour(request, reply, () => this.answer(request, reply, rules.slice(index + 1)));
  }
}

function predicateOf(selector: Selector): (request: ReceivedRequest) => boolean {
  if (selector === 'any') return () => true;
  return typeof selector === 'string' ? (request) => routeOf(request)?.route === selector : selector;
}
