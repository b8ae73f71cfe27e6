import { setTimeout as sleep } from 'node:timers/promises';
import { violations } from '../checker.ts';
import { TASKS, Scenario, settings } from '../scenario.ts';
import { ScriptedServer } from '../scripted-server.ts';
import type { WorkerProcess } from '../worker-process.ts';
import { type Fault, LETHAL, SURVIVABLE } from './faults.ts';
import { MemoryTrend } from './memory-trend.ts';
import type { Random } from './random.ts';
import { Workload } from './workload.ts';

const INTERVALS = {
  process_pending_orders: 1_000,
  send_reminders: 2_000,
  sync_external_data: 2_000,
  cleanup_old_orders: 3_000,
};
const WEIGH_EVERY_MS = 20_000;
const COLLECTED_WITHIN_MS = 500;
const COLLECT_ON_SIGNAL = new URL('../process/collect-on-signal.mjs', import.meta.url).href;
/** The breaker probes after at most 15 s; an interrupted run has its turn after that. */
const QUIET_DOWN = 90_000;
/** The keep-alive of idle connections ends in between. */
const IDLE = 10_000;
/** The connections that the tasks keep using while nothing is left to do. */
const SPARE_DESCRIPTORS = 8;

export interface SoakReport {
  readonly faults: ReadonlyMap<string, number>;
  readonly starts: number;
  readonly requests: number;
  readonly orders: number;
  readonly repeats: number;
  readonly memory: MemoryTrend;
  readonly descriptors: { readonly before: number; readonly after: number };
  readonly problems: readonly string[];
}

/** A service under steady work and random faults. */
export class Soak {
  readonly random: Random;
  readonly scenario: Scenario;
  private readonly workload: Workload;
  private readonly faults = new Map<string, number>();
  private readonly problems: string[] = [];
  private readonly say: (line: string) => void;
  private current: WorkerProcess | undefined;
  private starts = 0;

  private constructor(scenario: Scenario, random: Random, say: (line: string) => void) {
    this.scenario = scenario;
    this.random = random;
    this.say = say;
    this.workload = new Workload(scenario.server.model);
    scenario.server.model.latency = 5;
    scenario.environment = Object.assign(
      { DATA_API_TIMEOUT: '2s', SHUTDOWN_TIMEOUT: '2s', NODE_OPTIONS: `--import ${COLLECT_ON_SIGNAL}` },
      ...TASKS.map((task) => settings(task, { SCHEDULE: `every ${INTERVALS[task]}ms`, TIMEOUT: '20s' })),
    ) as Record<string, string>;
  }

  static async begin(random: Random, say: (line: string) => void): Promise<Soak> {
    return new Soak(await Scenario.begin(new ScriptedServer({ log: 'counts' })), random, say);
  }

  get server(): ScriptedServer {
    return this.scenario.server;
  }

  get worker(): WorkerProcess {
    if (!this.current) throw new TypeError('The service was not started');
    return this.current;
  }

  /** For five sixths of the time one process survives the faults; for the rest they end it, too. */
  async run(duration: number): Promise<SoakReport> {
    await this.restart();
    const before = this.worker.status?.descriptors ?? 0;
    this.workload.start();
    const memory = await this.watchMemory(() => this.inflict(SURVIVABLE, Date.now() + (duration * 5) / 6));
    await this.quietDown();
    const after = this.worker.status?.descriptors ?? 0;
    if (after > before + SPARE_DESCRIPTORS) this.complain(`${after} open descriptors after ${before} in the beginning`);
    this.workload.start();
    await this.inflict({ ...SURVIVABLE, ...LETHAL }, Date.now() + duration / 6);
    await this.quietDown();
    const { code } = await this.worker.stop();
    if (code !== 0) this.complain(`the last stop ended with ${code}`);
    this.problems.push(...violations(this.scenario, { intervals: INTERVALS }));
    this.problems.push(...this.workload.forgotten());
    return this.report(memory, { before, after });
  }

  async restart({ wait = true } = {}): Promise<void> {
    this.starts++;
    this.current = await this.scenario.start();
    if (wait) await this.current.ready(30_000);
  }

  pause(least: number, most: number): Promise<void> {
    return sleep(this.random.between(least, most));
  }

  complain(problem: string): void {
    this.say(`! ${problem}`);
    this.problems.push(problem);
  }

  end(): Promise<void> {
    this.workload.stop();
    return this.scenario.end();
  }

  private async inflict(faults: Readonly<Record<string, Fault>>, until: number): Promise<void> {
    while (Date.now() < until) {
      const name = this.random.pick(Object.keys(faults));
      this.say(name);
      this.faults.set(name, (this.faults.get(name) ?? 0) + 1);
      await faults[name]?.(this);
      if (!this.worker.running) {
        this.complain(`the process ended under "${name}"`);
        await this.restart();
      }
      await this.pause(200, 3_000);
    }
  }

  private async watchMemory(work: () => Promise<void>): Promise<MemoryTrend> {
    const trend = new MemoryTrend();
    const timer = setInterval(() => void this.weigh(trend), WEIGH_EVERY_MS);
    await work().finally(() => clearInterval(timer));
    return trend;
  }

  /** What garbage takes says nothing of what grows. */
  private async weigh(trend: MemoryTrend): Promise<void> {
    this.worker.kill('SIGUSR2');
    await sleep(COLLECTED_WITHIN_MS);
    const bytes = this.worker.status?.rss;
    if (bytes === undefined) return;
    trend.add(bytes);
    this.say(`resident memory ${(bytes / 1024 / 1024).toFixed(1)} MB`);
  }

  /** Lets everything that is left be done. */
  private async quietDown(): Promise<void> {
    this.say('no more faults');
    this.workload.stop();
    const deadline = Date.now() + QUIET_DOWN;
    while (this.workload.unfinished > 0 && Date.now() < deadline) await sleep(500);
    await sleep(IDLE / 2);
  }

  private report(memory: MemoryTrend, descriptors: SoakReport['descriptors']): SoakReport {
    const { faults, starts, problems } = this;
    const { model, requestCount: requests } = this.server;
    return {
      faults,
      starts,
      requests,
      orders: model.processedOrders,
      repeats: model.keys.repeats,
      memory,
      descriptors,
      problems,
    };
  }
}
