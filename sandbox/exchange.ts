import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, refusal } from './answer.ts';
import type { DataApi, Operation } from './data-api.ts';
import type { Faults } from './faults.ts';
import type { Idempotency } from './idempotency.ts';
import type { KeyedOperation } from './key-table.ts';
import { RequestError } from './request-error.ts';
import type { ArrivedRequest, Traffic } from './traffic.ts';

export interface ExchangeParts {
  readonly api: DataApi;
  readonly faults: Faults;
  readonly idempotency: Idempotency;
  readonly traffic: Traffic;
  /** Aborts when the sandbox closes; operations that are still waiting are never applied. */
  readonly closed: AbortSignal;
}

/**
 * One request to the Data API and its answer. Without latency it is done when `begin` returns.
 * With latency the operation is applied after the wait, even if the client has disconnected
 * meanwhile, as on a real server.
 */
export class Exchange {
  private readonly parts: ExchangeParts;
  private readonly request: IncomingMessage;
  private readonly response: ServerResponse;
  private readonly arrived: ArrivedRequest;
  private operation: Operation | undefined;
  private keyed: KeyedOperation | undefined;

  constructor(parts: ExchangeParts, request: IncomingMessage, response: ServerResponse) {
    const { method = 'GET', url = '/', headers } = request;
    const key = headers['idempotency-key'];
    this.parts = parts;
    this.request = request;
    this.response = response;
    this.arrived = { at: Date.now(), method, url, key: typeof key === 'string' && key ? key : undefined };
  }

  begin(): void {
    const { faults, traffic } = this.parts;
    traffic.arrive(this.arrived.at);
    this.request.resume();
    try {
      this.identify();
      faults.admit(traffic.serving, this.request.headers.authorization);
      if (this.keyed) this.parts.idempotency.enter(this.keyed.key);
    } catch (error) {
      return this.refuse(error);
    }
    const latency = faults.latency();
    if (latency > 0) setTimeout(() => this.apply(), latency).unref();
    else this.apply();
  }

  private identify(): void {
    const { method, url, key } = this.arrived;
    const [path = '', query = ''] = url.split('?', 2);
    this.operation = this.parts.api.find(method, path, query, this.request.headers.authorization);
    if ((method === 'POST' || method === 'PATCH') && key) this.keyed = { key, method, path };
  }

  private apply(): void {
    const { keyed } = this;
    if (this.parts.closed.aborted) return;
    try {
      this.parts.faults.fail();
      const answer = this.answerOf(this.operation!);
      if (this.parts.faults.losesAnswer()) this.cut();
      else this.send(answer);
    } catch (error) {
      this.refuse(error);
    } finally {
      if (keyed) this.parts.idempotency.release(keyed.key);
    }
  }

  private answerOf(operation: Operation): Answer {
    if (!this.keyed) return operation.apply();
    return this.parts.idempotency.apply(this.keyed, () => operation.apply());
  }

  private refuse(error: unknown): void {
    if (this.keyed && error instanceof RequestError) this.parts.idempotency.countRefused(this.keyed);
    this.send(refusal(error));
  }

  private send({ status, body, headers }: Answer): void {
    this.finish(status);
    this.response
      .writeHead(status, {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
        ...headers,
      })
      .end(body);
  }

  private cut(): void {
    this.finish(null);
    this.request.destroy();
  }

  private finish(status: number | null): void {
    this.parts.traffic.finish(this.operation?.name ?? 'other', this.arrived, status);
  }
}
