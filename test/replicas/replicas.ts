import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { violations, runViolations, type Expectations } from '../faults/checker.ts';
import { toRecordedRun, type RunRow } from '../faults/ledger-reader.ts';
import { freePort, type RecordedRun, Scenario } from '../faults/scenario.ts';
import type { WorkerProcess } from '../faults/worker-process.ts';

type Environment = Readonly<Record<string, string>>;

/** Many start at once on few cores. */
const READY_WITHIN_MS = 60_000;

/** One Data API, one ledger in PostgreSQL, and the replicas that are started on it. */
export class Replicas {
  readonly scenario: Scenario;
  private readonly url: string;
  readonly schema: string;

  private constructor(scenario: Scenario, url: string, schema: string) {
    this.scenario = scenario;
    this.url = url;
    this.schema = schema;
    scenario.environment = { DATABASE_URL: url, DATABASE_SCHEMA: schema };
  }

  /** `url`: of a server where schemas may be made. */
  static async begin(url: string): Promise<Replicas> {
    return new Replicas(await Scenario.begin(), url, `test_${randomUUID().replaceAll('-', '')}`);
  }

  /** Starts so many and waits until they are ready. */
  async start(count: number, environment: Environment = {}): Promise<WorkerProcess[]> {
    return Promise.all(Array.from({ length: count }, () => this.startOne(environment)));
  }

  async startOne(environment: Environment = {}, launch: Parameters<Scenario['start']>[1] = {}): Promise<WorkerProcess> {
    const started = await this.scenario.start({ PORT: String(await freePort()), ...environment }, launch);
    return started.ready(READY_WITHIN_MS);
  }

  /** Every recorded run, newest first. */
  async runs(task?: string): Promise<readonly RecordedRun[]> {
    const rows = await this.query<RunRow>(`select * from ${this.schema}.runs order by id desc`);
    return rows.map(toRecordedRun).filter((run) => task === undefined || run.task === task);
  }

  async query<Row extends object>(sql: string): Promise<Row[]> {
    const client = new Client({ connectionString: this.url });
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** How many chunks of runs are on record. */
  async chunks(): Promise<number> {
    return (await this.query(`select id from ${this.schema}.chunks`)).length;
  }

  /** The ids of items that failed in a run. */
  async failedItems(runId: string): Promise<string[]> {
    const sql = `select item_id from ${this.schema}.failed_items where run_id = '${runId}'`;
    return (await this.query<{ item_id: string }>(sql)).map(({ item_id }) => item_id);
  }

  /** The process that has a run of the task in work. */
  async holderOf(task: string, replicas: readonly WorkerProcess[]): Promise<WorkerProcess | undefined> {
    const sql = `select worker from ${this.schema}.runs where task = '${task}' and status = 'running'`;
    const [run] = await this.query<{ worker: string }>(sql);
    return replicas.find(({ pid }) => run?.worker.endsWith(`/${pid}`));
  }

  /** Asks every 50 ms until there is an answer. */
  async until<T>(ask: () => Promise<T | undefined>, timeoutMs = 20_000): Promise<T> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      if (Date.now() > deadline) throw new Error('It did not come about in time');
      await sleep(50);
    }
  }

  /** Each broken promise, in words. */
  async violations(expectations: Expectations = {}): Promise<string[]> {
    return [
      ...violations(this.scenario, { ...expectations, ledger: false }),
      ...runViolations(await this.runs(), expectations),
    ];
  }

  async end(): Promise<void> {
    await this.scenario.end();
    await this.query(`drop schema if exists ${this.schema} cascade`);
    await this.query(`drop schema if exists ${this.schema}_queue cascade`);
  }
}
