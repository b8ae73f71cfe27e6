import { Inject, Injectable } from '@nestjs/common';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { UpstreamPolicy } from './upstream-policy.js';

/** More than a worker talks to. Beyond, the policy of the one that was met first starts afresh. */
const MAX_UPSTREAMS = 256;

/**
 * One policy for each upstream, shared by all tasks of the process: four polite tasks must not
 * jointly overload one.
 */
@Injectable()
export class UpstreamPolicies {
  private readonly policies = new Map<string, UpstreamPolicy>();

  constructor(
    @Inject(workerConfig.KEY) private readonly settings: WorkerSettings,
    private readonly events: WorkerEvents,
  ) {}

  of(origin: string): UpstreamPolicy {
    return this.policies.get(origin) ?? this.add(origin);
  }

  private add(origin: string): UpstreamPolicy {
    const policy = new UpstreamPolicy(origin, this.settings.dataApi.concurrency, this.events);
    this.policies.set(origin, policy);
    if (this.policies.size > MAX_UPSTREAMS) this.policies.delete(this.policies.keys().next().value as string);
    return policy;
  }
}
