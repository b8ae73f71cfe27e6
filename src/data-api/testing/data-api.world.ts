import { HttpService } from '@nestjs/axios';
import { Global, Injectable, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { loadSettings } from '../../config/load-settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { DependencyMonitor } from '../../health/dependency-monitor.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { DataApiClient } from '../data-api.client.js';
import { DataApiModule } from '../data-api.module.js';
import { http, type RawServer, rawServer, type Script } from './raw.server.js';

export const TOKEN = 's3cret-token';
export const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

export const json = (value: unknown): Script => status(200, JSON.stringify(value));
export const status =
  (code: number, body = ''): Script =>
  (socket) =>
    socket.write(http(code, body, JSON_TYPE));
export const afterFailures =
  (failures: number, failure: Script, then: Script): Script =>
  (socket, head, count) =>
    (count <= failures ? failure : then)(socket, head, count);

/** A task's module, as its author writes it: it imports nothing. */
@Injectable()
class Sample {
  constructor(
    readonly http: HttpService,
    readonly dataApi: DataApiClient,
  ) {}
}

@Module({ providers: [Sample] })
class SampleModule {}

/** As the worker does. */
@Global()
@Module({ providers: [WorkerEvents], exports: [WorkerEvents] })
class EventsModule {}

export interface World extends AsyncDisposable {
  readonly server: RawServer;
  readonly http: HttpService;
  readonly dataApi: DataApiClient;
  readonly monitor: DependencyMonitor;
}

/** What a task has at hand, in front of a server with this script. */
export async function world(script: Script, environment: Record<string, string> = {}): Promise<World> {
  const server = await rawServer(script);
  const settings = loadSettings({ DATA_API_URL: `${server.url}/base`, DATA_API_TOKEN: TOKEN, ...environment });
  const module = await Test.createTestingModule({
    imports: [
      ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [workerConfig] }),
      EventsModule,
      DataApiModule.forRoot(),
      SampleModule,
    ],
  })
    .overrideProvider(workerConfig.KEY)
    .useValue(settings)
    .compile();
  const { http, dataApi } = module.get(Sample);
  return {
    server,
    http,
    dataApi,
    monitor: module.get(DependencyMonitor),
    async [Symbol.asyncDispose]() {
      await module.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
