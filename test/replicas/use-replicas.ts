import type { Expectations } from '../faults/checker.ts';
import { PostgresServer } from '../postgres/postgres-server.ts';
import { Replicas } from './replicas.ts';

export interface ReplicasInTest {
  readonly current: Replicas;
  readonly server: PostgresServer;
}

/**
 * Gives each test replicas of its own, on one server for the file, and always clears them away.
 * `expectations`: what is checked afterwards; null: nothing, the tests do so themselves.
 */
export function useReplicas(expectations: Expectations | null = {}): ReplicasInTest {
  let server: PostgresServer | undefined;
  let replicas: Replicas | undefined;

  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server?.stop());

  beforeEach(async () => {
    replicas = await Replicas.begin(server!.url);
  });
  afterEach(async () => {
    try {
      if (expectations) expect(await replicas!.violations(expectations)).toEqual([]);
    } finally {
      await replicas?.end();
    }
  });

  return {
    get current(): Replicas {
      return replicas!;
    },
    get server(): PostgresServer {
      return server!;
    },
  };
}
