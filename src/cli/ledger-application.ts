import { workerConfig } from '../config/worker.config.js';
import type { LedgerRole } from '../ledger/ledger-connection.js';
import { createLedger } from '../ledger/ledger.factory.js';
import type { NewestService } from '../ledger/service-ledger.js';
import { OperatorCommands } from '../ops/operator-commands.js';
import { RunLogQueries } from '../ops/run-log.queries.js';
import { RunQueries } from '../ops/run.queries.js';
import { TaskQueries } from '../ops/task.queries.js';
import { WhyQueries } from '../ops/why/why.queries.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { paramsFromTexts } from '../worker/registry/run-params.js';
import { Clock } from '../time/clock.js';
import type { Application } from './application.js';
import { KnownTasks } from './known-tasks.js';

/**
 * The ledger and the read models by hand. Nest's container would load and construct all that tasks
 * talk to, which takes several times as long as a command that looks.
 */
export function createLedgerApplication(): Application {
  const clock = new Clock();
  let settings = workerConfig();
  const { connection, history, items, services, commands, slots, logs, archive, queue } = createLedger(
    settings,
    clock,
    new WorkerEvents(),
  );
  const known = new KnownTasks(async () => {
    const own = await (await import('./own-tasks.js')).loadOwnTasks(clock);
    settings = own.settings;
    return { catalogue: own.registry, warnings: own.warnings };
  });
  const tasks = new TaskQueries(known, history, commands, clock);

  const runs = new RunQueries(tasks, history, items);

  async function open(role: LedgerRole): Promise<NewestService | null> {
    if (settings.problems.length > 0) await known.followOwn();
    try {
      await connection.open(role);
    } catch (error) {
      // A problem of the configuration comes before one of the ledger that it names.
      await known.followOwn();
      throw error;
    }
    return look();
  }

  async function look(): Promise<NewestService | null> {
    const service = await services.running();
    if (service?.announcement) known.followService(service.announcement.tasks);
    else await known.followOwn();
    return service;
  }

  return {
    get settings() {
      return settings;
    },
    clock,
    tasks,
    runs,
    why: new WhyQueries(tasks, slots, history, commands, clock),
    runLogs: new RunLogQueries(runs, logs),
    archive,
    queue,
    commands: new OperatorCommands(tasks, runs, commands, clock),
    check: () => known.followOwn(),
    open,
    look,
    paramsOf: async (task, texts) => {
      const { registry } = await (await import('./own-tasks.js')).loadOwnTasks(clock);
      const known = registry.find(task);
      return known ? paramsFromTexts(known.task, texts) : Object.fromEntries(texts);
    },
    clockOffsetMs: () => connection.clockOffsetMs(),
    close: () => connection.close(),
  };
}
