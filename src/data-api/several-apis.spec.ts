import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { HttpService } from '@nestjs/axios';
import { Global, Injectable, Logger, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { firstValueFrom } from 'rxjs';
import { loadSettings } from '../config/load-settings.js';
import { workerConfig } from '../config/worker.config.js';
import { DependencyMonitor } from '../health/dependency-monitor.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { anyAnswer } from './answer/any-answer.js';
import { DataApiClient } from './data-api.client.js';
import { DataApiModule, InjectDataApi } from './data-api.module.js';

@Injectable()
class Sample {
  constructor(
    readonly http: HttpService,
    readonly dataApi: DataApiClient,
    @InjectDataApi('billing') readonly billing: DataApiClient,
    @InjectDataApi('billing') readonly same: DataApiClient,
  ) {}
}

@Module({ imports: [DataApiModule.register({ name: 'billing' })], providers: [Sample] })
class SampleModule {}

/** Registers the same API once more, as another task's module may. */
@Module({ imports: [DataApiModule.register({ name: 'billing' })] })
class OtherModule {}

@Global()
@Module({ providers: [WorkerEvents], exports: [WorkerEvents] })
class EventsModule {}

interface Server extends AsyncDisposable {
  readonly url: string;
  readonly requests: { readonly url: string; readonly headers: IncomingHttpHeaders }[];
}

async function serve(
  answer: (response: ServerResponse, path: string, headers: IncomingHttpHeaders) => void,
): Promise<Server> {
  const requests: Server['requests'] = [];
  const server = createServer(({ url = '', headers }, response) => {
    requests.push({ url, headers });
    answer(response, url, headers);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const json = (response: ServerResponse, value: unknown, status = 200) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

/** Both APIs, and the endpoint that gives tokens for either. */
async function worlds(environment: Record<string, string> = {}, accepts = (_token: string) => true) {
  let tokens = 0;
  const auth = await serve((response) => json(response, { access_token: `t${++tokens}`, token_type: 'Bearer' }));
  const api = () =>
    serve((response, path, { authorization = '' }) => {
      if (path.includes('down')) return json(response, {}, 500);
      return json(response, {}, authorization.startsWith('Bearer t') && !accepts(authorization.slice(7)) ? 401 : 200);
    });
  const [data, billing] = [await api(), await api()];
  const settings = loadSettings({
    DATA_API_URL: data.url,
    BILLING_API_URL: `${billing.url}/v1`,
    ...Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value.replace('@auth', auth.url)])),
  });
  const module = await Test.createTestingModule({
    imports: [
      ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [workerConfig] }),
      EventsModule,
      DataApiModule.forRoot(),
      SampleModule,
      OtherModule,
    ],
  })
    .overrideProvider(workerConfig.KEY)
    .useValue(settings)
    .compile();
  return {
    ...{ auth, data, billing, settings, sample: module.get(Sample), monitor: module.get(DependencyMonitor) },
    async [Symbol.asyncDispose]() {
      await module.close();
      for (const server of [auth, data, billing]) await server[Symbol.asyncDispose]();
    },
  };
}

const oauth = (name: string) => ({
  [`${name}_API_OAUTH_TOKEN_URL`]: '@auth/token',
  [`${name}_API_OAUTH_CLIENT_ID`]: 'id',
  [`${name}_API_OAUTH_CLIENT_SECRET`]: 's3cret',
});

describe('several APIs', () => {
  beforeAll(() => void Logger.overrideLogger(false));

  it('each have an address and credentials of their own', async () => {
    await using world = await worlds({ DATA_API_TOKEN: 'of-data', BILLING_API_TOKEN: 'of-billing' });
    const { sample, data, billing } = world;
    await sample.dataApi.get('/a', anyAnswer);
    await sample.billing.get('/b', anyAnswer);
    expect(data.requests).toMatchObject([{ url: '/a', headers: { authorization: 'Bearer of-data' } }]);
    expect(billing.requests).toMatchObject([{ url: '/v1/b', headers: { authorization: 'Bearer of-billing' } }]);
    expect(sample.same).toBe(sample.billing);
  });

  it.each<[string, Record<string, string>, IncomingHttpHeaders]>([
    ['a header', { TOKEN: 'key', TOKEN_HEADER: 'X-Api-Key' }, { 'x-api-key': 'key' }],
    ['a password', { USERNAME: 'ada', PASSWORD: 'p:ß' }, { authorization: `Basic ${btoa('ada:p:Ã\u009f')}` }],
  ])('authenticate by %s', async (_, variables, headers) => {
    const of = (name: string) => Object.entries(variables).map(([end, value]) => [`${name}_API_${end}`, value]);
    await using world = await worlds(Object.fromEntries([...of('DATA'), ...of('BILLING')]) as Record<string, string>);
    const { sample, data, billing } = world;
    await sample.billing.get('/b', anyAnswer);
    await firstValueFrom(sample.http.get('/a'));
    await firstValueFrom(sample.http.get(`${billing.url}/elsewhere`));
    expect(billing.requests[0]).toMatchObject({ headers });
    expect(data.requests[0]).toMatchObject({ headers });
    expect(billing.requests[1]?.headers).not.toMatchObject(headers);
  });

  it('each have limits, a breaker and a health of their own', async () => {
    await using world = await worlds({ BILLING_API_CONCURRENCY: '2', DATA_API_CONCURRENCY: '5' });
    const { sample, monitor, data } = world;
    for (let sent = 0; sent < 5; sent++) {
      await sample.billing.get('/down', anyAnswer, { retry: { attempts: 1 } }).catch(() => {});
    }
    expect(monitor.states()).toMatchObject([
      { name: 'data_api', status: 'up', detail: { breaker: 'closed', concurrencyLimit: 5 } },
      { name: 'billing_api', status: 'degraded', detail: { breaker: 'open', concurrencyLimit: 2 } },
    ]);
    await sample.dataApi.get('/a', anyAnswer);
    expect(data.requests).toHaveLength(1);
  });

  it('name their own variables where they fail', async () => {
    await using world = await worlds({ BILLING_API_TOKEN: 't-old' }, () => false);
    const failed = world.sample.billing.get('/b', anyAnswer);
    await expect(failed).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining('BILLING_API_TOKEN'),
    });
  });

  it('are called by their names where they fail', async () => {
    const away = { BILLING_API_URL: 'http://127.0.0.1:1', DATA_API_URL: 'http://127.0.0.1:1' };
    await using world = await worlds(away);
    const once = { retry: { attempts: 1 } };
    const { billing, dataApi } = world.sample;
    await expect(billing.get('/b', anyAnswer, once)).rejects.toThrow(
      'Check BILLING_API_URL, and whether the API billing is up',
    );
    await expect(dataApi.get('/a', anyAnswer, once)).rejects.toThrow(
      'Check DATA_API_URL, and whether the Data API is up',
    );
  });

  it('share one access token between all requests', async () => {
    await using world = await worlds({ ...oauth('BILLING'), ...oauth('DATA') });
    const { sample, auth, billing, data } = world;
    await Promise.all(Array.from({ length: 20 }, () => sample.billing.get('/b', anyAnswer)));
    expect(auth.requests).toHaveLength(1);
    expect(new Set(billing.requests.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer t1']));
    await firstValueFrom(sample.http.get('/a'));
    await firstValueFrom(sample.http.get('/a', { headers: { Authorization: null } }));
    expect(data.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer t2', undefined]);
  });

  it('renew a token that is refused, once, for all who were refused', async () => {
    await using world = await worlds(oauth('BILLING'), (token) => token !== 't1');
    const { sample, auth, billing } = world;
    const once = { retry: { attempts: 1 } };
    await Promise.all(Array.from({ length: 10 }, () => sample.billing.get('/b', anyAnswer, once)));
    expect(auth.requests).toHaveLength(2);
    const sent = billing.requests.map(({ headers }) => headers.authorization);
    expect(sent.filter((header) => header === 'Bearer t2')).toHaveLength(10);
    expect(sent.filter((header) => header === 'Bearer t1').length).toBeLessThanOrEqual(10);
  });

  it('end the run where a new token is refused too, without the token in the message', async () => {
    await using world = await worlds(oauth('BILLING'), () => false);
    const { sample, auth, billing } = world;
    await expect(sample.billing.get('/b', anyAnswer)).rejects.toMatchObject({ code: 'UNAUTHORIZED', endsRun: true });
    expect([auth.requests.length, billing.requests.length]).toEqual([2, 2]);
  });

  it('send nothing without a token, and say which endpoint has given none', async () => {
    await using world = await worlds({ ...oauth('BILLING'), BILLING_API_OAUTH_TOKEN_URL: 'http://127.0.0.1:1/token' });
    const failed = world.sample.billing.get('/b', anyAnswer, { retry: { attempts: 2, baseDelay: 1 } });
    await expect(failed).rejects.toMatchObject({
      code: 'UNREACHABLE',
      endsRun: true,
      message: expect.stringMatching(
        /the token endpoint http:\/\/127\.0\.0\.1:1\/token cannot be reached: .*\(2 attempts\)\. Check BILLING_API_OAUTH_TOKEN_URL/,
      ),
    });
    expect(world.billing.requests).toEqual([]);
    expect(world.monitor.states()[1]).toMatchObject({ status: 'up' });
  });
});
