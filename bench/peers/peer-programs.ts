import { fileURLToPath } from 'node:url';
import { Program } from '../measure/program.ts';
import type { TickPlan } from '../measure/tick-recorder.ts';
import { compileBareNest } from './compiled-nest.ts';
import type { PeerName } from './drain.ts';
import type { RateClient } from './rate-limited.ts';

const program = (name: string) => fileURLToPath(new URL(name, import.meta.url));
let compiledNest: string | undefined;

/** A peer draining the pending orders. */
export function peerDrain(peer: PeerName, url: string, concurrency: number): Program {
  return new Program({ parameters: [program('./drain.ts'), peer, url, String(concurrency)] });
}

/** A peer that keeps to a limit of so many requests a period in milliseconds, or finds it out. */
export function rateLimitedPeer(client: RateClient, url: string, requests: number, periodMs: number): Program {
  return new Program({ parameters: [program('./rate-limited.ts'), client, url, String(requests), String(periodMs)] });
}

/** The application that `nest new` creates, listening on `port`. */
export function bareNest(port: number): Program {
  compiledNest ??= compileBareNest();
  return new Program({ parameters: [compiledNest], environment: { PORT: String(port) } });
}

/** Bare `@nestjs/schedule`; writes a `TickReport`. */
export function nestSchedule(plan: TickPlan, cores?: string): Program {
  return new Program({ cores, parameters: [program('./nest-schedule.ts'), JSON.stringify(plan)] });
}

/** Two durable commits to PostgreSQL for each of `runsBefore`; writes how long they took. */
export function postgresCommits(plan: TickPlan, database: string): Program {
  return new Program({
    parameters: [program('./postgres-commits.ts'), JSON.stringify(plan)],
    environment: { DATABASE_URL: database },
  });
}

/** Two durable commits per tick; writes the costs of a `TickReport`. */
export function bareCommits(plan: TickPlan): Program {
  return new Program({ parameters: [program('./bare-commits.ts'), JSON.stringify(plan)] });
}
