import { CompiledQuery } from 'kysely';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import type { ConstructorOptions, PgBoss } from 'pg-boss';
import { z } from 'zod';
import { HOUR, MINUTE, SECOND } from '../../time/duration.js';
import type { WorkerEvents } from '../../runs/worker-events.js';
import { RunQueue } from '../run-queue.js';
import type { Transaction } from '../sql/transaction.js';
import { explained, PostgresFailure } from './postgres-failure.js';

const QUEUE = 'runs';
const TRY_AGAIN_MS = 5 * SECOND;
const STOP_TIMEOUT_MS = SECOND;
/** How often a migration looks whether pg-boss has built its indexes. */
const LOOK_MS = 100;

/** What a job says. Whoever may write to the database can write one: it is read as if hostile. */
const JOB = z.object({ runId: z.uuid() });

/** A job that fails or is lost does no harm: the ledger knows the run, and somebody looks. */
const QUEUE_OPTIONS = {
  policy: 'standard',
  retryLimit: 0,
  notify: true,
  expireInSeconds: HOUR / SECOND,
  retentionSeconds: HOUR / SECOND,
  deleteAfterSeconds: (10 * MINUTE) / SECOND,
};

/** One at a time would bring only one job for each interval of polling. */
const WORK_OPTIONS = { batchSize: 10, burstWhenBatchFull: true, pollingIntervalSeconds: 2 };

export interface BossConnection {
  readonly client: ClientConfig;
  /** Its name in messages. */
  readonly ledger: string;
  /** Of the ledger; the queue has its own beside it. */
  readonly schema: string;
  /** One statement over the connections of the ledger. */
  readonly execute: (text: string, values: unknown[]) => Promise<{ readonly rows: unknown[] }>;
  /** False behind a pooler that hands sessions from one process to the next. */
  readonly canListen: boolean;
}

/** Runs that wait, as jobs of pg-boss. */
export class BossQueue extends RunQueue {
  private boss: PgBoss | undefined;
  /** How pg-boss enters jobs, `$1` being their list as JSON. Undefined until it has started. */
  private sending: string | undefined;
  private failing = false;
  private stopped = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: () => BossConnection,
    private readonly events: WorkerEvents,
  ) {
    super();
  }

  async migrate(): Promise<void> {
    const boss = await this.create();
    try {
      await this.open(boss);
      await indexesBuilt(boss);
    } catch (error) {
      throw explained(this.connection().ledger, PostgresFailure.of(error));
    } finally {
      await boss.stop({ graceful: false }).catch(() => undefined);
    }
  }

  async work(take: (runId: string) => Promise<void>): Promise<void> {
    if (this.stopped) return;
    try {
      await this.begin(take);
    } catch (error) {
      this.tell(error);
      await this.boss?.stop({ graceful: false }).catch(() => undefined);
      this.timer = setTimeout(() => void this.work(take), TRY_AGAIN_MS).unref();
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    // Jobs are still sent: others shall hear at once of what this process hands over.
    await this.boss?.stop({ graceful: true, timeout: STOP_TIMEOUT_MS }).catch(() => undefined);
  }

  /** A part of a transaction: with its commit the runs are offered. */
  *offer(runs: readonly string[]): Transaction<void> {
    const { sending } = this;
    if (sending === undefined) return;
    const jobs = JSON.stringify(runs.map((runId) => ({ data: { runId } })));
    yield () => CompiledQuery.raw(sending, [jobs]);
  }

  private async begin(take: (runId: string) => Promise<void>): Promise<void> {
    const boss = await this.create();
    this.boss = boss;
    await this.open(boss);
    this.sending = await statementOf(boss);
    await boss.work(QUEUE, WORK_OPTIONS, async (jobs: readonly { readonly data: unknown }[]) => {
      this.failing = false;
      for (const { data } of jobs) await this.bring(data, take);
    });
    // It came while the queue was being opened.
    if (this.stopped) await this.stop();
  }

  /** Creates what is missing, if this role may. */
  private async open(boss: PgBoss): Promise<void> {
    await boss.start();
    await boss.createQueue(QUEUE, QUEUE_OPTIONS);
  }

  private async bring(data: unknown, take: (runId: string) => Promise<void>): Promise<void> {
    const { data: job } = JOB.safeParse(data);
    if (!job) return;
    try {
      await take(job.runId);
    } catch {
      // Whoever looks next finds the run in the ledger.
    }
  }

  private async create(): Promise<PgBoss> {
    const { PgBoss } = await import('pg-boss');
    const { client, schema: ledgerSchema, canListen, execute } = this.connection();
    const schema = `${ledgerSchema}_queue`;
    const { rows } = await execute('select from pg_namespace where nspname = $1', [schema]);
    const boss = new PgBoss({
      // Its own type says the same less exactly.
      ...(client as ConstructorOptions),
      schema,
      // Who owns the schema and may not create others is refused it even if it exists.
      createSchema: rows.length === 0,
      max: 1,
      schedule: false,
      registerInstance: false,
      useListenNotify: canListen,
      reindex: false,
      monitorVacuum: false,
      openTelemetry: { enabled: false },
    });
    boss.on('error', (error) => this.tell(error));
    return boss;
  }

  private tell(error: unknown): void {
    if (!this.failing && !this.stopped) this.events.emit('engine.queue_failed', { error });
    this.failing = true;
  }
}

/** What pg-boss leaves of an update of its schema for later, roles without that right cannot do. */
async function indexesBuilt(boss: PgBoss): Promise<void> {
  const has = async (...statuses: string[]) =>
    (await boss.getBamStatus()).some(({ status, count }) => statuses.includes(status) && count > 0);
  do await sleep(LOOK_MS);
  while (boss.isBamWorking() || (await has('pending', 'in_progress')));
  if (await has('failed')) throw new Error('pg-boss could not build an index of the queue');
}

/** pg-boss enters jobs in a transaction of ours by a statement of its own, always the same. */
async function statementOf(boss: PgBoss): Promise<string | undefined> {
  let statement: string | undefined;
  const db = {
    executeSql: async (text: string) => {
      statement = text;
      return { rows: [] };
    },
  };
  await boss.insert(QUEUE, [{ data: {} }], { db });
  return statement;
}
