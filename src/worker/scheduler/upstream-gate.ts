import { Inject, Injectable } from '@nestjs/common';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { RunHistory, type TaskOverview } from '../../ledger/run-history.js';
import type { RunClaim } from '../../ledger/run-ledger.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { DAY, MINUTE, SECOND } from '../../time/duration.js';
import type { RegisteredTask } from '../registry/registered-task.js';
import { TaskRegistry } from '../registry/task-registry.js';
import { TaskEngine } from '../task-engine.js';
import { TaskUpstreams } from './task-upstreams.js';

/** Between the starts of runs that find out whether an upstream is back; it doubles. */
const FIRST_PROBE_GAP_MS = 30 * SECOND;
const MAX_PROBE_GAP_MS = 5 * MINUTE;
/** How far back skipped slots are caught up after a start. */
const MAX_SKIPPED_AGE_MS = DAY;
const MAX_SKIPPED_READ = 1_000;

interface Probing {
  readonly nextAt: number;
  readonly gapMs: number;
}

const NOT_PROBED: Probing = { nextAt: -Infinity, gapMs: FIRST_PROBE_GAP_MS };

/**
 * Spares tasks the runs that would only fail while an upstream is known to be down: their slots are
 * recorded as skipped, one run at a time finds out whether it is back, and each task that has lost
 * a slot runs once after that.
 */
@Injectable()
export class UpstreamGate {
  private readonly upstreams: TaskUpstreams;
  /** The origins that are known to be down: requests to them wait until one of them is served. */
  private readonly down = new Set<string>();
  /** By origin. */
  private readonly probing = new Map<string, Probing>();
  /** The newest slot that each task has lost, in epoch milliseconds. */
  private readonly lost = new Map<string, number>();
  private catchingUp: readonly string[] = [];

  constructor(
    private readonly registry: TaskRegistry,
    private readonly engine: TaskEngine,
    private readonly history: RunHistory,
    events: WorkerEvents,
    @Inject(workerConfig.KEY) settings: WorkerSettings,
  ) {
    this.upstreams = new TaskUpstreams(events, settings);
    events.on('upstream.opened', ({ host }) => this.down.add(host));
    events.on('upstream.closed', ({ host }) => {
      this.down.delete(host);
      this.probing.delete(host);
    });
  }

  /** Nothing is down, and no slot was lost: claims are what they are. */
  get isIdle(): boolean {
    return this.down.size === 0 && this.lost.size === 0;
  }

  /** Remembers the slots that tasks lost before this process began. */
  async restore(now: Date): Promise<void> {
    const since = new Date(now.getTime() - MAX_SKIPPED_AGE_MS);
    const skipped = await this.history.list({ statuses: ['skipped'], since, limit: MAX_SKIPPED_READ });
    for (const { task, slot, reason } of skipped) {
      const isScheduled = this.registry.find(task)?.schedule != null;
      if (reason === 'upstream_down' && slot && isScheduled) this.lose(task, slot);
    }
  }

  /** Some task has lost a slot, and has its upstreams back. */
  get hasRecovered(): boolean {
    return this.lost.size > 0 && this.recovered().length > 0;
  }

  /** The claims, those that an upstream forbids as ones that only record it, and catch-ups. */
  async heed(claims: readonly RunClaim[], now: number): Promise<readonly RunClaim[]> {
    return [...this.withoutDoomed(claims, now), ...(await this.catchUps())];
  }

  /** Call with what `heed` has answered, once it is on record. */
  recorded(claims: readonly RunClaim[], now: number): void {
    for (const name of this.catchingUp) this.lost.delete(name);
    this.catchingUp = [];
    for (const { task: name, slot, record } of claims) {
      if (record?.reason === 'upstream_down') this.lose(name, slot ?? new Date(now));
      const task = record ? undefined : this.registry.find(name);
      if (!task) continue;
      for (const origin of this.upstreams.of(task)) if (this.down.has(origin)) this.probe(origin, now);
    }
  }

  private withoutDoomed(claims: readonly RunClaim[], now: number): readonly RunClaim[] {
    const { down } = this;
    if (down.size === 0) return claims;
    const probed = new Set([...down].filter((origin) => !this.mayProbe(origin, now)));
    return claims.map((claim) => {
      const task = this.registry.find(claim.task);
      if (claim.record || !task || task.task.runWhileUpstreamDown) return claim;
      const inTheWay = [...this.upstreams.of(task)].filter((origin) => down.has(origin));
      if (inTheWay.length === 0) return claim;
      if (!inTheWay.every((origin) => probed.has(origin))) {
        for (const origin of inTheWay) probed.add(origin);
        return claim;
      }
      return { ...claim, record: { status: 'skipped', reason: 'upstream_down' } };
    });
  }

  /** One run for each task that has lost a slot and has not run since, now that it can. */
  private async catchUps(): Promise<readonly RunClaim[]> {
    const recovered = this.recovered();
    this.catchingUp = recovered.map(({ name }) => name);
    if (recovered.length === 0) return [];
    const overviews = await this.history.overview();
    return recovered.flatMap(({ name, overlap, catchUp }): RunClaim[] => {
      if (catchUp === 'skip' || this.hasRunSince(overviews.get(name), this.lost.get(name) ?? 0)) return [];
      return [{ task: name, trigger: 'catch_up', slot: null, at: null, overlap }];
    });
  }

  private recovered(): RegisteredTask[] {
    const { down } = this;
    return [...this.lost.keys()]
      .flatMap((name) => this.registry.find(name) ?? [])
      .filter((task) => [...this.upstreams.of(task)].every((origin) => !down.has(origin)));
  }

  /** The run that found the upstream back may still be at it, or has succeeded after the slot. */
  private hasRunSince(overview: TaskOverview | undefined, slot: number): boolean {
    const { lastRun, lastSuccessAt } = overview ?? {};
    if (lastRun && lastRun.finishedAt === null) return true;
    return (lastSuccessAt?.getTime() ?? 0) >= slot || (lastRun?.startedAt?.getTime() ?? 0) > slot;
  }

  /** No run is at it, and the last one that was is long enough ago. */
  private mayProbe(origin: string, now: number): boolean {
    if (now < (this.probing.get(origin) ?? NOT_PROBED).nextAt) return false;
    const isAtIt = (task: RegisteredTask) => this.engine.isActive(task.name) && this.upstreams.of(task).has(origin);
    return !this.registry.all().some(isAtIt);
  }

  private probe(origin: string, now: number): void {
    const { gapMs } = this.probing.get(origin) ?? NOT_PROBED;
    this.probing.set(origin, { nextAt: now + gapMs, gapMs: Math.min(MAX_PROBE_GAP_MS, gapMs * 2) });
  }

  private lose(task: string, slot: Date): void {
    this.lost.set(task, Math.max(slot.getTime(), this.lost.get(task) ?? 0));
  }
}
