import { HttpModule } from '@nestjs/axios';
import { type DynamicModule, Inject, Module, type Provider } from '@nestjs/common';
import { apiNames } from '../config/registered-apis.js';
import type { ApiSettings, WorkerSettings } from '../config/settings.js';
import { workerConfig } from '../config/worker.config.js';
import { DependencyMonitor } from '../health/dependency-monitor.js';
import { AxiosTransport } from './axios/axios.transport.js';
import { DataApiClient } from './data-api.client.js';
import { DataApiMonitor } from './data-api.monitor.js';
import { SharedUpstreams } from './policy/shared-upstreams.js';
import { UpstreamPolicies } from './policy/upstream-policy.js';
import { DataApiAddress } from './request/data-api.address.js';
import { RetryInterceptor } from './retry.interceptor.js';
import { HttpTransport } from './transport/http-transport.js';

const address: Provider = {
  provide: DataApiAddress,
  inject: [workerConfig.KEY, HttpTransport],
  useFactory: ({ dataApi }: WorkerSettings, transport: HttpTransport) => new DataApiAddress(dataApi, transport),
};

const parts = [address, HttpTransport, UpstreamPolicies, SharedUpstreams, RetryInterceptor, AxiosTransport];

@Module({ providers: parts, exports: parts })
class TransportModule {}

@Module({})
class RegisteredApiModule {}

/** Injects the client of an API that a module has registered: `@InjectDataApi('billing')`. */
// eslint-disable-next-line @typescript-eslint/naming-convention -- a decorator, as Nest's are
export function InjectDataApi(name: string): ReturnType<typeof Inject> {
  apiNames.injected.add(name);
  return Inject(dataApiToken(name));
}

/** What the client of this API is provided as. */
export function dataApiToken(name: string): string {
  return `DataApiClient of ${name}`;
}

/**
 * How tasks talk to HTTP APIs: inject `DataApiClient`, or `HttpService` of `@nestjs/axios`, for the
 * Data API; `InjectDataApi` for others. All are under one policy for each host. A task's module
 * imports nothing for the Data API; an `HttpModule` of its own would bring an `HttpService` without
 * the policy.
 */
@Module({})
export class DataApiModule {
  /** Call once, where the modules of the tasks have been loaded: they name the APIs. */
  static forRoot(): DynamicModule {
    const clients = [...new Set([...apiNames.registered, ...apiNames.injected])].map(clientOf);
    return {
      module: DataApiModule,
      global: true,
      imports: [TransportModule, httpModule()],
      providers: [DataApiClient, ...clients, { provide: DependencyMonitor, useClass: DataApiMonitor }],
      exports: [HttpModule, TransportModule, DataApiClient, ...clients, DependencyMonitor],
    };
  }

  /**
   * In the imports of a task's module: the worker talks to an API of this name, whose settings are
   * `<NAME>_API_URL`, `<NAME>_API_TOKEN` and so on. Any number of modules may register it; they
   * share its client.
   */
  static register({ name }: { readonly name: string }): DynamicModule {
    apiNames.registered.add(name);
    return { module: RegisteredApiModule };
  }
}

function httpModule(): DynamicModule {
  return HttpModule.registerAsync({
    imports: [TransportModule],
    inject: [workerConfig.KEY, AxiosTransport],
    useFactory: ({ dataApi }: WorkerSettings, { adapter }: AxiosTransport) => ({
      baseURL: dataApi.url,
      timeout: dataApi.timeout,
      maxRedirects: 0,
      adapter,
    }),
  });
}

function clientOf(name: string): Provider {
  return {
    provide: dataApiToken(name),
    inject: [workerConfig.KEY, HttpTransport, RetryInterceptor],
    useFactory: (settings: WorkerSettings, transport: HttpTransport, retries: RetryInterceptor) =>
      new DataApiClient(new DataApiAddress(settingsOf(name, settings), transport), retries),
  };
}

/** A name without settings is a problem, which ends the start: nothing is requested. */
function settingsOf(name: string, { apis, dataApi: { concurrency, timeout } }: WorkerSettings): ApiSettings {
  const settings = apis.find((api) => api.name === name);
  return settings ?? { name, prefix: '', url: 'http://api.invalid', concurrency, timeout };
}
