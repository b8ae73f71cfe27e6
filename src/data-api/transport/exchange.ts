import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { AttemptError } from '../policy/attempt.error.js';
import { type HttpAnswer, type HttpRequest, isRepeatable } from '../request/http-request.js';
import { type AbortListener, AbortWatch } from '../waiting/abort-watch.js';
import { AnswerBody, MAX_BODY_BYTES, TOO_LARGE } from './answer-body.js';
import type { ArrivingAnswer, Backpressure } from './backpressure.js';
import { connectionProblem, wasKeptTooLong } from './connection-problem.js';
import { ContentCodingError, type ContentDecoder } from './content-decoder.js';

type Controller = Dispatcher.DispatchController;

/** The ways to a connection. */
export interface Connections {
  /** Uses connections again. */
  readonly kept: Dispatcher;
  /** Opens a connection for each request. */
  readonly fresh: Dispatcher;
}

/**
 * One attempt on the wire, as a handler of undici's `dispatch`: `request` builds a stream for each
 * answer (20 µs of CPU against 15, at 64 in flight). Settles once, with the answer, an
 * `AttemptError`, or the reason of the signal, and ignores what comes later.
 */
export class Exchange implements Dispatcher.DispatchHandler, ArrivingAnswer, AbortListener {
  private readonly body = new AnswerBody();
  private readonly deadline: NodeJS.Timeout;
  private readonly abortWatch: AbortWatch | undefined;
  private way: keyof Connections = 'kept';
  private controller: Controller | undefined;
  private answerBegan = false;
  private status = 0;
  private reason: string | undefined;
  private headers: IncomingHttpHeaders = {};
  private settled = false;

  constructor(
    private readonly request: HttpRequest,
    private readonly connections: Connections,
    private readonly backpressure: Backpressure,
    private readonly decoder: ContentDecoder,
    private readonly resolve: (answer: HttpAnswer) => void,
    private readonly reject: (reason: unknown) => void,
  ) {
    this.deadline = setTimeout(expire, request.timeout, this);
    this.abortWatch = request.signal && new AbortWatch(request.signal, this);
  }

  dispatch(): void {
    const { origin, target: path, method, headers, body } = this.request;
    this.connections[this.way].dispatch({ origin, path, method, headers, body }, this);
  }

  get length(): number {
    return this.body.length;
  }

  pause(): void {
    this.controller?.pause();
  }

  resume(): void {
    this.controller?.resume();
  }

  onRequestStart(controller: Controller): void {
    this.controller = controller;
    // It was given up while it waited for a connection.
    if (this.settled) controller.abort(new Error('The request is over'));
  }

  onResponseStarted(): void {
    this.answerBegan = true;
  }

  onResponseStart(_controller: Controller, status: number, headers: IncomingHttpHeaders, reason?: string): void {
    if (status < 200) return;
    this.status = status;
    this.reason = reason;
    this.headers = headers;
    const length = headers['content-length'];
    if (length !== undefined && this.request.method !== 'HEAD' && Number(length) > MAX_BODY_BYTES) {
      this.giveUp(this.tooLarge(`${TOO_LARGE} (${length} bytes)`));
    }
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    if (this.settled) return;
    this.body.append(chunk);
    this.backpressure.arrived(this, chunk.length);
  }

  onResponseEnd(): void {
    if (this.settled) return;
    const body = this.body.take();
    const coding = this.headers['content-encoding'];
    if (coding === undefined) return this.succeed(body);
    if (body.length === 0) return this.succeedDecoded(body);
    this.decoder.decode(body, String(coding)).then(
      (decoded) => (decoded === body ? this.succeed(body) : this.succeedDecoded(decoded)),
      (error: unknown) => this.failDecoding(error),
    );
  }

  onResponseError(_controller: Controller | null, error: Error): void {
    if (this.settled) return;
    if (this.mayUseFreshConnection(error)) return this.beginAgain();
    const problem = connectionProblem(error, this.controller !== undefined);
    if (problem === 'too large') return this.fail(this.tooLarge(TOO_LARGE, { cause: error }));
    const head = this.status === 0 ? undefined : this.head();
    this.fail(new AttemptError(problem, messageOf(error), head, { cause: error }));
  }

  onAbort(reason: unknown): void {
    this.giveUp(reason);
  }

  expire(): void {
    const { timeout } = this.request;
    if (!this.controller) this.giveUp(new AttemptError('not sent', `no connection within ${timeout} ms`));
    else if (this.status === 0) this.giveUp(new AttemptError('no answer', `no answer within ${timeout} ms`));
    else this.giveUp(new AttemptError('slow answer', `the answer did not end within ${timeout} ms`));
  }

  /** A kept connection that turns out dead says nothing about the request, nor the upstream. */
  private mayUseFreshConnection(error: Error): boolean {
    if (this.way === 'fresh' || this.answerBegan || !this.controller) return false;
    return wasKeptTooLong(error) && isRepeatable(this.request);
  }

  private beginAgain(): void {
    this.way = 'fresh';
    this.controller = undefined;
    this.dispatch();
  }

  private tooLarge(message: string, options?: ErrorOptions): AttemptError {
    return new AttemptError('too large', message, this.head(), options);
  }

  private failDecoding(error: unknown): void {
    const tooLarge = error instanceof ContentCodingError && error.tooLarge;
    const problem = tooLarge ? 'too large' : 'unreadable';
    delete this.headers['content-encoding'];
    this.fail(new AttemptError(problem, messageOf(error), this.head(), { cause: error }));
  }

  /** The answer without its body, for messages. */
  private head(): HttpAnswer {
    return { status: this.status, headers: this.headers, body: Buffer.alloc(0) };
  }

  /**
   * The coding that the header names is undone: whoever reads the answer must not undo it again.
   */
  private succeedDecoded(body: Buffer): void {
    delete this.headers['content-encoding'];
    this.succeed(body);
  }

  private succeed(body: Buffer): void {
    if (this.settled) return;
    this.settle();
    const { status, reason, headers } = this;
    this.resolve({ status, reason, headers, body });
  }

  /** Ends it from our side: the connection cannot be used any more. */
  private giveUp(reason: unknown): void {
    this.fail(reason);
    this.controller?.abort(new Error('The request is over'));
  }

  private fail(reason: unknown): void {
    if (this.settled) return;
    this.settle();
    this.reject(reason);
  }

  private settle(): void {
    this.settled = true;
    clearTimeout(this.deadline);
    this.abortWatch?.end();
    this.backpressure.finished(this);
    this.body.discard();
  }
}

function expire(exchange: Exchange): void {
  exchange.expire();
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && !error.message) return error.errors.map(messageOf).join(', ');
  return error instanceof Error ? error.message || error.name : String(error);
}
