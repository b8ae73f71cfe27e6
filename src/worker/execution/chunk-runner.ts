import { Injectable } from '@nestjs/common';
import type { TakenChunk } from '../../ledger/chunk-ledger.js';
import { type Execution, RunLedger } from '../../ledger/run-ledger.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { BatchTask } from '../authoring/batch.task.js';
import { forAuthors } from '../batch/batch-context.js';
import { BatchRunner } from '../batch/batch-runner.js';
import type { RegisteredTask } from '../registry/registered-task.js';
import { RunContext } from './run-context.js';
import { RunRecorder } from './run-recorder.js';
import { enterRunScope } from './run-scope.js';

/** Works on items of runs that other processes hold. */
@Injectable()
export class ChunkRunner {
  constructor(
    private readonly runs: RunLedger,
    private readonly batches: BatchRunner,
    private readonly events: WorkerEvents,
  ) {}

  /**
   * Works on the chunk and on further ones of its run. Never rejects.
   * `abort`: ends it now; for a `RunLostError` without a word to the ledger.
   */
  async run(
    registered: RegisteredTask,
    chunk: TakenChunk,
    execution: Execution,
    { abort, stopping }: { readonly abort: AbortController; readonly stopping: AbortSignal },
  ): Promise<void> {
    const { task, name } = registered;
    if (!(task instanceof BatchTask)) return;
    const { run } = execution;
    const recorder = new RunRecorder(execution, this.runs, this.events, abort);
    const context = new RunContext(registered, execution, abort.signal, stopping, recorder);
    await enterRunScope(context, async () => {
      this.events.emit('run.helped', { run });
      // Its holder tells how far the run is.
      const author = { ...forAuthors(context), progress: () => undefined };
      const items = await this.batches.help({ work: task, task: name, author, abort }, chunk);
      this.events.emit('run.help_ended', { run, items });
    });
  }
}
