import { HttpModule } from '@nestjs/axios';
import { Global, Module } from '@nestjs/common';
import type { WorkerSettings } from '../config/settings.js';
import { workerConfig } from '../config/worker.config.js';
import { DependencyMonitor } from '../health/dependency-monitor.js';
import { AxiosTransport } from './axios/axios.transport.js';
import { DataApiClient } from './data-api.client.js';
import { DataApiMonitor } from './data-api.monitor.js';
import { UpstreamPolicies } from './policy/upstream-policy.js';
import { DataApiAddress } from './request/data-api.address.js';
import { RetryInterceptor } from './retry.interceptor.js';
import { HttpTransport } from './transport/http-transport.js';

const parts = [DataApiAddress, HttpTransport, UpstreamPolicies, RetryInterceptor, AxiosTransport];

@Module({ providers: parts, exports: parts })
class TransportModule {}

/**
 * How tasks talk to the Data API: inject `DataApiClient`, or `HttpService` of `@nestjs/axios`. Both
 * are under one policy. A task's module imports nothing for them; an `HttpModule` of its own would
 * bring an `HttpService` without the policy.
 */
@Global()
@Module({
  imports: [
    TransportModule,
    HttpModule.registerAsync({
      imports: [TransportModule],
      inject: [workerConfig.KEY, AxiosTransport],
      useFactory: ({ dataApi }: WorkerSettings, { adapter }: AxiosTransport) => ({
        baseURL: dataApi.url,
        timeout: dataApi.timeout,
        maxRedirects: 0,
        adapter,
      }),
    }),
  ],
  providers: [DataApiClient, { provide: DependencyMonitor, useClass: DataApiMonitor }],
  exports: [HttpModule, TransportModule, DataApiClient, DependencyMonitor],
})
export class DataApiModule {}
