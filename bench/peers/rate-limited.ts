import { DefaultRateLimiter } from '@smithy/util-retry';
import PQueue from 'p-queue';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { MAX_PAGE_ITEMS, type OrdersPage } from './orders.ts';

/**
 * Clients of an API that limits requests a second: `node rate-limited.ts CLIENT URL REQUESTS
 * PERIOD`. Two are told the right limit, so many requests a period in milliseconds; the third one
 * finds it out.
 */
const CLIENTS = { spaced, queued, adaptive };

export type RateClient = keyof typeof CLIENTS;

/** Of the clients that are not told how many requests may be in flight. */
const CONCURRENCY = 64;
const TOO_MANY_REQUESTS = 429;

const [client = '', url = '', requests = '', period = ''] = process.argv.slice(2);
const pool = new Pool(url, { connections: CONCURRENCY });
await CLIENTS[client as RateClient](await pendingOrders(), Number(requests), Number(period));
await pool.close();

async function pendingOrders(): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const page = await pageFrom(ids.length);
    ids.push(...page);
    if (page.length < MAX_PAGE_ITEMS) return ids;
  }
}

async function pageFrom(offset: number): Promise<string[]> {
  const path = `/api/v1/orders?status=pending&offset=${offset}&limit=${MAX_PAGE_ITEMS}`;
  const { statusCode, body } = await pool.request({ path, method: 'GET' });
  if (statusCode === 200) return ((await body.json()) as OrdersPage).items.map(({ id }) => String(id));
  await body.dump();
  await sleep(100);
  return pageFrom(offset);
}

/** @returns whether it was served. */
async function processed(id: string): Promise<boolean> {
  const { statusCode, body } = await pool.request({ path: `/api/v1/orders/${id}/process`, method: 'POST' });
  await body.dump();
  return statusCode < 300;
}

/** Bare undici, one request a spacing; what is refused is sent again at the end. */
async function spaced(ids: string[], count: number, periodMs: number): Promise<void> {
  const spacingMs = periodMs / count;
  let at = performance.now();
  while (ids.length > 0) {
    const sent: Promise<unknown>[] = [];
    const refused: string[] = [];
    for (const id of ids) {
      at = Math.max(at + spacingMs, performance.now());
      await sleep(Math.ceil(at - performance.now()));
      sent.push(processed(id).then((served) => served || refused.push(id)));
    }
    await Promise.all(sent);
    ids = refused;
  }
}

/** `p-queue` with `intervalCap` and `interval`; what is refused is queued again. */
async function queued(ids: string[], count: number, periodMs: number): Promise<void> {
  const queue = new PQueue({ concurrency: CONCURRENCY, intervalCap: count, interval: periodMs });
  const add = (id: string): void => {
    void queue.add(async () => {
      if (!(await processed(id))) add(id);
    });
  };
  ids.forEach(add);
  await queue.onIdle();
}

/** The rate limiter of the AWS SDKs' adaptive retry mode. */
async function adaptive(ids: string[]): Promise<void> {
  const limiter = new DefaultRateLimiter();
  const work = async (): Promise<void> => {
    for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
      await limiter.getSendToken();
      const served = await processed(id);
      limiter.updateClientSendingRate(served ? {} : { $metadata: { httpStatusCode: TOO_MANY_REQUESTS } });
      if (!served) ids.push(id);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
}
