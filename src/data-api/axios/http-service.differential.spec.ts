import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import axios, { AxiosError, type AxiosInstance, type AxiosResponse, CanceledError } from 'axios';
import { loadSettings } from '../../config/load-settings.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { UpstreamPolicies } from '../policy/upstream-policy.js';
import { DataApiAddress } from '../request/data-api.address.js';
import { RetryInterceptor } from '../retry.interceptor.js';
import { answerCases } from '../testing/axios-cases/answers.cases.js';
import { type Answer, type AxiosCase, json } from '../testing/axios-cases/axios-case.js';
import { bodyCases } from '../testing/axios-cases/bodies.cases.js';
import { failureCases } from '../testing/axios-cases/failures.cases.js';
import { headerCases } from '../testing/axios-cases/headers.cases.js';
import { urlCases } from '../testing/axios-cases/urls.cases.js';
import { HttpTransport } from '../transport/http-transport.js';
import { AxiosTransport } from './axios.transport.js';

const TOKEN = 's3cret-token';
const ALL = [...urlCases, ...headerCases, ...bodyCases, ...answerCases, ...failureCases];

/** Of the connection and of the moment, and what docs/reference/http-service.md names. */
const DIFFERING = new Set(['x-run', 'connection', 'keep-alive', 'date', 'content-length', 'transfer-encoding']);
const DEFAULTS = /^(?:application\/x-www-form-urlencoded|task-worker|axios\/.*|gzip, (?:compress, deflate, )?br)$/;

/** Which of the requests one is, and with which adapter. */
const RUN = 'x-run';

interface Exchange {
  readonly run: string;
  readonly answer: Answer;
  readonly received: unknown[];
}

const strayed: Omit<Exchange, 'run'> = { answer: (response) => response.destroy(), received: [] };

describe('HttpService beside axios’ own adapter (D)', () => {
  let server: Server;
  let url: string;
  let exchange: Exchange;
  let transport: HttpTransport;

  beforeAll(async () => {
    server = createServer((request, response) => {
      // What arrives after its time was up belongs to no later request.
      const { answer, received } = request.headers[RUN] === exchange.run ? exchange : strayed;
      void receivedFrom(request).then((seen) => {
        received.push(seen);
        answer(response, request);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    transport = new HttpTransport(loadSettings({ DATA_API_URL: url }));
  });

  afterAll(async () => {
    await transport.onApplicationShutdown();
    server.closeAllConnections();
    server.close();
  });

  it('is compared over at least 120 requests', () => {
    expect(new Set(ALL.map(({ name }) => name)).size).toBe(ALL.length);
    expect(ALL.length).toBeGreaterThanOrEqual(120);
  });

  it.each(ALL.map((row) => [row.name, row] as const))('does the same with %s', async (_, row) => {
    const stock = await outcomeOf(row, theirs(url));
    const { code } = row.but ?? {};
    expect(await outcomeOf(row, ours(url, transport))).toEqual(
      code === undefined ? stock : { ...stock, error: { ...stock.error, code } },
    );
  });

  async function outcomeOf({ send, answer = json('{"ok":true}'), but }: AxiosCase, http: AxiosInstance) {
    exchange = { run: randomUUID(), answer, received: [] };
    http.defaults.headers.common[RUN] = exchange.run;
    const result: { response?: object; error?: object } = await send(http, url).then(
      (response) => ({ response: ofResponse(response as AxiosResponse) }),
      (error: unknown) => ({ error: ofError(error) }),
    );
    return { ...result, received: but?.mayNotArrive ? [] : exchange.received };
  }
});

const options = (url: string) => ({ baseURL: `${url}/base`, timeout: 10_000, maxRedirects: 0 });

function theirs(url: string): AxiosInstance {
  const headers = { Authorization: `Bearer ${TOKEN}` };
  return axios.create({ ...options(url), headers, adapter: 'http', proxy: false });
}

/** With a policy of its own: what one request shows of the server is no matter of the next. */
function ours(url: string, transport: HttpTransport): AxiosInstance {
  const settings = loadSettings({ DATA_API_URL: `${url}/base`, DATA_API_TOKEN: TOKEN });
  const events = new WorkerEvents();
  const retries = new RetryInterceptor(new UpstreamPolicies(settings, events), transport, events);
  const { adapter } = new AxiosTransport(settings, new DataApiAddress(settings.dataApi, transport), retries);
  return axios.create({ ...options(url), adapter });
}

function ofResponse({ status, statusText, data, headers }: AxiosResponse) {
  return { status, statusText, data: data as unknown, headers: thatMatter(headers) };
}

function ofError(error: unknown) {
  const { code, status, response, message } = error as AxiosError;
  return {
    isAxiosError: error instanceof AxiosError,
    isCancelled: error instanceof CanceledError,
    code,
    status,
    ...(message === 'too slow' && { message }),
    // Of an answer that broke off, axios has none, and we the empty text.
    response: response && { ...ofResponse(response), data: response.data ?? '' },
  };
}

async function receivedFrom(request: IncomingMessage) {
  const { method, url, headers } = request;
  const body = await buffer(request);
  const type = headers['content-type'];
  return {
    method,
    url,
    headers: thatMatter({ ...headers, ...(type && { 'content-type': type.replace(/boundary=.*/, 'boundary=…') }) }),
    body: type?.startsWith('multipart/form-data; boundary=') ? await partsOf(body, type) : body.toString('latin1'),
  };
}

async function partsOf(body: Buffer, type: string) {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const parts = [...form].map(async ([name, value]) =>
    typeof value === 'string' ? [name, value] : [name, value.name, value.type, await value.text()],
  );
  return Promise.all(parts);
}

function thatMatter(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries({ ...headers });
  return Object.fromEntries(entries.filter(([name, value]) => !DIFFERING.has(name) && !DEFAULTS.test(String(value))));
}
