import type { WorkerEventMap, WorkerEventName } from '../../runs/worker-event-map.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import type { HttpAnswer, HttpRequest } from '../request/http-request.js';
import { RetryInterceptor } from '../retry.interceptor.js';
import type { HttpTransport } from '../transport/http-transport.js';
import { AbortWatch } from '../waiting/abort-watch.js';
import { policies } from './policies.js';
import { anAnswer, aRequest } from './requests.js';

export const ORIGIN = 'http://127.0.0.1';

export type Reply = number | HttpAnswer | Error;

/** An interceptor before an upstream that replies at once, as told, and records arrivals. */
export function anUpstream(
  reply: (request: HttpRequest, count: number) => Reply | Promise<Reply>,
  concurrency = '1..64',
) {
  const events = new WorkerEvents();
  const upstreams = policies({ DATA_API_CONCURRENCY: concurrency }, events);
  const arrivals: number[] = [];
  const start = performance.now();
  const send = async (request: HttpRequest): Promise<HttpAnswer> => {
    arrivals.push(Math.round(performance.now() - start));
    const replied = await untilAborted(request.signal, reply(request, arrivals.length));
    if (replied instanceof Error) throw replied;
    return typeof replied === 'number' ? anAnswer(replied) : replied;
  };
  const retries = new RetryInterceptor(upstreams, { send } as HttpTransport, events);
  const { signal } = new AbortController();
  const request = (changes: Partial<HttpRequest> = {}) =>
    retries.intercept(aRequest({ signal, ...changes }), (answer) => answer.status);
  const policy = upstreams.of(ORIGIN);
  return { arrivals, request, policy, events };
}

/** As the transport does. */
function untilAborted<T>(signal: AbortSignal | undefined, work: T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const watch = signal && new AbortWatch(signal, { onAbort: reject });
    void Promise.resolve(work)
      .then(resolve, reject)
      .finally(() => watch?.end());
  });
}

export const POST: Partial<HttpRequest> = { method: 'POST', headers: { 'idempotency-key': 'k' } };

export const outcome = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

export function recorded<Name extends WorkerEventName>(events: WorkerEvents, name: Name): WorkerEventMap[Name][] {
  const recorded: WorkerEventMap[Name][] = [];
  events.on(name, (event) => recorded.push(event));
  return recorded;
}
