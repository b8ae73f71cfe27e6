import { Inject, Injectable } from '@nestjs/common';
import { workerConfig } from '../config/worker.config.js';
import type { ConfigurationWarning, WorkerSettings } from '../config/settings.js';
import { HistoryPruner } from '../ledger/history-pruner.js';
import { LedgerConnection } from '../ledger/ledger-connection.js';
import { ServiceLedger } from '../ledger/service-ledger.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { CommandWatch } from './command-watch.js';
import { TaskEngine } from './task-engine.js';
import { announced } from './registry/announced-tasks.js';
import { TaskRegistry } from './registry/task-registry.js';
import { TaskScheduler } from './scheduler/task-scheduler.js';

export type WorkerPhase = 'starting' | 'ready' | 'draining' | 'stopped';

/** Starts and stops the worker as a service, in the one order that loses nothing. */
@Injectable()
export class WorkerLifecycle {
  private stopping: Promise<void> | undefined;
  private currentPhase: WorkerPhase = 'starting';

  constructor(
    private readonly registry: TaskRegistry,
    private readonly ledger: LedgerConnection,
    private readonly services: ServiceLedger,
    private readonly engine: TaskEngine,
    private readonly scheduler: TaskScheduler,
    private readonly pruner: HistoryPruner,
    private readonly commands: CommandWatch,
    private readonly events: WorkerEvents,
    @Inject(workerConfig.KEY) private readonly settings: WorkerSettings,
  ) {}

  get phase(): WorkerPhase {
    return this.currentPhase;
  }

  /**
   * Throws a `ConfigurationError` with every problem of environment and tasks. Returns what is
   * valid and may still be a slip. Opens nothing.
   */
  check(): readonly ConfigurationWarning[] {
    return this.registry.load();
  }

  /**
   * Call after `check`. Rejects with a `LedgerUnavailableError` when the ledger cannot be had.
   *
   * @param url where the service listens, for others
   */
  async start(url: string): Promise<void> {
    await this.ledger.open('service');
    if (this.stopping) return;
    await this.services.announce({ url, tasks: announced(this.registry.all()) });
    if (this.stopping) return;
    await this.engine.start();
    if (this.stopping) return;
    await this.scheduler.start();
    if (this.stopping) return;
    this.pruner.start();
    this.commands.start();
    this.currentPhase = 'ready';
    this.events.emit('worker.started', {});
  }

  /**
   * Takes nothing more, lets work in flight finish within the shutdown timeout, records the rest
   * for the next start, and closes the ledger. Calling it again returns the same promise.
   */
  stop(): Promise<void> {
    this.stopping ??= this.drain();
    return this.stopping;
  }

  private async drain(): Promise<void> {
    this.currentPhase = 'draining';
    this.events.emit('worker.draining', {});
    this.scheduler.stop();
    this.pruner.stop();
    this.commands.stop();
    await this.engine.drain(this.settings.shutdownTimeout);
    await this.ledger.close();
    this.currentPhase = 'stopped';
    this.events.emit('worker.stopped', {});
  }
}
