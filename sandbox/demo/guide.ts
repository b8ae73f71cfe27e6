import { shellWord } from './worker-environment.ts';

export interface Whereabouts {
  readonly sandboxUrl: string;
  readonly port: number;
  /** Path of a script that prepares a shell for the command line. */
  readonly environmentFile: string;
}

/** The same with three replicas. */
export function replicasGuide({ sandboxUrl, port, environmentFile }: Whereabouts): string {
  return `
  The console:  http://127.0.0.1:${port}/console  (of the first of three replicas; each shows the same)

  Three replicas of the worker share a ledger in PostgreSQL and run four tasks against a sandbox Data API at
  ${sandboxUrl}. Every 20 s one of them is killed and comes back. No slot is lost, and none runs twice.
  Ctrl-C ends the demo.

  In another terminal, in this folder:

    . ${shellWord(environmentFile)}
    npx worker list
    npx worker history

    curl ${sandboxUrl}/sandbox/stats
`;
}

/** Describes where to look, with commands to copy. */
export function guide({ sandboxUrl, port, environmentFile }: Whereabouts): string {
  return `
  The console:  http://127.0.0.1:${port}/console

  A sandbox Data API runs at ${sandboxUrl}; the worker runs its four tasks against it every few seconds.
  New orders and bookings keep coming. From ten seconds on, two orders without a delivery address fail, and
  their runs end as partial; after five they are in quarantine, which the console shows with the reason.
  Then retry a partial run there, or with \`npx worker retry RUN\`: one of the two has got its address after
  half a minute, and succeeds; the other fails again. Each minute one more follows.
  Ctrl-C ends the demo.

  In another terminal, in this folder:

    . ${shellWord(environmentFile)}
    npx worker list
    npx worker history
    npx worker history process_pending_orders --status partial

    curl http://127.0.0.1:${port}/health
    curl ${sandboxUrl}/sandbox/stats

  An outage, and its end:

    curl -X PUT -d '{"outage": true}' ${sandboxUrl}/sandbox/knobs
    curl -X PUT -d '{"outage": false}' ${sandboxUrl}/sandbox/knobs
`;
}
