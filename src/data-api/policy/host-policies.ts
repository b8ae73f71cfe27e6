import { Inject, Injectable } from '@nestjs/common';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { HostPolicy } from './host-policy.js';

/** More hosts than a worker talks to; beyond, the one that was met first starts afresh. */
const MOST_HOSTS = 256;

/** One policy for each host, shared by all tasks of the process: four polite tasks must not jointly overload one. */
@Injectable()
export class HostPolicies {
  private readonly policies = new Map<string, HostPolicy>();

  constructor(@Inject(workerConfig.KEY) private readonly settings: WorkerSettings) {}

  of(origin: string): HostPolicy {
    return this.policies.get(origin) ?? this.add(origin);
  }

  private add(origin: string): HostPolicy {
    const policy = new HostPolicy(origin, this.settings.dataApi.concurrency);
    this.policies.set(origin, policy);
    if (this.policies.size > MOST_HOSTS) this.policies.delete(this.policies.keys().next().value as string);
    return policy;
  }
}
