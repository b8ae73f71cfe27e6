import { Injectable, type Type } from '@nestjs/common';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lease as HeldLease } from '../../src/ledger/lease.ts';
import type { BaseTask as Task } from '../../src/worker/index.ts';
import { REPORT } from '../measure/program.ts';
import { fromWorker } from './built-worker.ts';
import { startWorker } from './worker-application.ts';

export interface RunsReport {
  readonly runsPerSecond: number;
}

/**
 * Empty runs as fast as one replica of several can: `node many-runs.ts TASKS REPLICAS MS`, one
 * after the other of each task, once as many replicas live, for so long.
 */
const [tasks = 1, replicas = 1, forMs = 1_000] = process.argv.slice(2).map(Number);
const { BaseTask } = await fromWorker<{ BaseTask: typeof Task }>('worker/index.js');
const { Lease } = await fromWorker<{ Lease: Type<HeldLease> }>('ledger/lease.js');

// Of its own: a task that runs elsewhere would be skipped here.
const names = Array.from({ length: tasks }, (_, index) => `empty_${process.pid}_${index}`);

function taskNamed(taskName: string): Type<Task> {
  class EmptyTask extends BaseTask {
    readonly name = taskName;
    override readonly manualOnly = true;
    async execute(): Promise<void> {}
  }
  Injectable()(EmptyTask);
  return EmptyTask;
}

const worker = await startWorker({ tasks: names.map(taskNamed) });
const lease = worker.get(Lease);
while (lease.services < replicas) await sleep(50);
const end = performance.now() + forMs;
let runs = 0;
await Promise.all(
  names.map(async (name) => {
    for (; performance.now() < end; runs++) await worker.run(name);
  }),
);
writeFileSync(REPORT, JSON.stringify({ runsPerSecond: (runs / forMs) * 1_000 } satisfies RunsReport));
await worker.stop();
