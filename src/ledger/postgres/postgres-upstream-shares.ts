import { type ShareOccasion, type UpstreamShare, UpstreamShares, type UpstreamUse } from '../upstream-shares.js';
import { SECOND } from '../../time/duration.js';
import { fairShares } from './fair-shares.js';
import type { PostgresStore } from './postgres-store.js';
import type { ProcessLease } from './process-lease.js';

/** Where there are fewer places than replicas they have them in turns of this length. */
const TURN_MS = 5 * SECOND;

const NOW = '(extract(epoch from clock_timestamp()) * 1000)::bigint';

/** One after the other: nobody grows by what another one takes at the same time. */
const LOCK = `select ${NOW} as now, pg_advisory_xact_lock(hashtext('upstream shares ' || current_schema()))`;

/** What was on record before of this process, and what others say. */
const EXCHANGE = `with said as (
    insert into upstream_shares select $1, * from jsonb_to_recordset($2::jsonb)
      as use (upstream text, demand int, held int, paused_until bigint, down_since bigint, down_until bigint, per_second float)
    on conflict (process, upstream) do update set demand = excluded.demand, held = excluded.held,
      paused_until = excluded.paused_until, down_since = excluded.down_since, down_until = excluded.down_until,
      per_second = excluded.per_second)
  select * from upstream_shares order by process`;

const GROW = `update upstream_shares set held = grown.held
  from jsonb_to_recordset($2::jsonb) as grown (upstream text, held int)
  where process = $1 and upstream_shares.upstream = grown.upstream`;

interface Row {
  readonly process: string;
  readonly upstream: string;
  readonly demand: number;
  readonly held: number;
  readonly paused_until: number | null;
  readonly down_since: number | null;
  readonly down_until: number | null;
  readonly per_second: number | null;
}

/** One process at the table where an upstream is divided. */
interface Claim {
  readonly use: UpstreamUse;
  /** What was on record of it. */
  readonly before: Row | undefined;
  readonly others: readonly Row[];
}

/**
 * Shares as rows, one for each process and upstream, which every replica writes and reads once a
 * second. They are removed with the entry of their process, that is when its lease is over.
 */
export class PostgresUpstreamShares extends UpstreamShares {
  constructor(
    private readonly store: PostgresStore,
    private readonly lease: Pick<ProcessLease, 'onTold'>,
  ) {
    super();
  }

  exchange(uses: readonly UpstreamUse[], occasion: ShareOccasion): Promise<readonly UpstreamShare[]> {
    const { processId } = this.store.process;
    return this.store.transaction(async ({ executeSql }) => {
      const [{ now }] = (await executeSql(LOCK)).rows as [{ now: number }];
      const said = JSON.stringify(uses.map((use) => toRecord(use, now)));
      const rows = (await executeSql(EXCHANGE, [processId, said])).rows as Row[];
      const claims = uses.map((use) => claimOf(use, processId, rows));
      const wanted = claims.map((claim) => fairPlaces(claim, processId, Math.floor(now / TURN_MS)));
      const places = claims.map(({ use, others }, index) => placesOf(use, others, wanted[index]!));
      const grown = claims.flatMap(({ use: { upstream, held } }, index) =>
        places[index]! > held ? { upstream, held: places[index] } : [],
      );
      if (grown.length > 0) await executeSql(GROW, [processId, JSON.stringify(grown)]);
      const isHungry = places.some((granted, index) => granted < wanted[index]!);
      const hasReleased = claims.some(({ use, before }) => before !== undefined && use.held < before.held);
      // Who was told and cannot help it says nothing: else they would tell each other for ever.
      if (occasion === 'news' || hasReleased || (isHungry && occasion === 'routine')) await this.tell(executeSql);
      return claims.map(({ use, others }, index) => toShare(use.upstream, places[index]!, others, now));
    });
  }

  onTold(listener: () => void): void {
    this.lease.onTold((sender) => {
      if (sender !== this.store.process.processId) listener();
    });
  }

  private async tell(executeSql: (text: string, values: unknown[]) => Promise<unknown>): Promise<void> {
    const { channel, process } = this.store;
    if (channel !== null) await executeSql('select pg_notify($1, $2)', [channel, process.processId]);
  }
}

function toRecord(
  { upstream, demand, held, pausedForMs, outage, perSecond }: UpstreamUse,
  now: number,
): Omit<Row, 'process'> {
  return {
    ...{ upstream, demand, held, per_second: perSecond },
    paused_until: pausedForMs > 0 ? Math.round(now + pausedForMs) : null,
    down_since: outage && Math.round(now - outage.sinceMs),
    down_until: outage && Math.round(now + outage.probeInMs),
  };
}

function claimOf(use: UpstreamUse, process: string, rows: readonly Row[]): Claim {
  const ofUpstream = rows.filter(({ upstream }) => upstream === use.upstream);
  return {
    use,
    before: ofUpstream.find((row) => row.process === process),
    others: ofUpstream.filter((row) => row.process !== process),
  };
}

/** What it should have, in the end. All have the same order, by which the same one comes first. */
function fairPlaces({ use, others }: Claim, process: string, turn: number): number {
  const index = others.filter((other) => other.process < process).length;
  const demands = others.map(({ demand }) => demand).toSpliced(index, 0, use.demand);
  return fairShares(use.bound, demands, turn)[index]!;
}

/** It shrinks at once, and grows by what is free. */
function placesOf({ bound, held }: UpstreamUse, others: readonly Row[], wanted: number): number {
  const free = others.reduce((left, other) => left - other.held, bound);
  return Math.min(wanted, Math.max(held, free));
}

function toShare(upstream: string, places: number, others: readonly Row[], now: number): UpstreamShare {
  const down = others.filter((row) => row.down_since !== null && row.down_until !== null);
  const proven = others.filter(({ held, per_second: perSecond }) => held > 0 && perSecond !== null);
  const sum = (of: (row: Row) => number | null) => proven.reduce((total, row) => total + (of(row) ?? 0), 0);
  return {
    ...{ upstream, places },
    pausedForMs: Math.max(0, ...others.map((row) => (row.paused_until ?? 0) - now)),
    outage:
      down.length === 0
        ? null
        : {
            sinceMs: now - Math.max(...down.map((row) => row.down_since ?? 0)),
            probeInMs: Math.max(...down.map((row) => row.down_until ?? 0)) - now,
          },
    perSecondEach: proven.length === 0 ? null : sum((row) => row.per_second) / sum(({ held }) => held),
  };
}
