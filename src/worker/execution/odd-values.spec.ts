import fc from 'fast-check';
import { WorkerEvents } from '../../runs/worker-events.js';
import type { Checkpoint, Execution } from '../../ledger/run-ledger.js';
import { slotClaim } from '../../ledger/testing/claims.js';
import { removeTemporaryFolders, TestLedger } from '../../ledger/testing/test-ledger.js';
import { FakeRunLedger } from '../../ledger/testing/run-ledger.fake.js';
import { anyThrown } from '../../runs/testing/any-thrown.js';
import { type ItemCounts, type Run, RUN_STATUSES, type RunOutcome } from '../../runs/run.js';
import { BaseTask } from '../authoring/base.task.js';
import type { TaskContext } from '../authoring/task-context.js';
import { anExecution } from '../testing/task-context.fake.js';
import { TaskRunner } from './task-runner.js';
import { NOTHING_USUAL } from '../testing/usual-runs.fake.js';

/** The soak tries ten times as many. */
const ODD_VALUES = Number(process.env['ODD_VALUES'] ?? 20_000);

/** What an author's code can do with a value. */
const DEEDS = {
  throw: (value: unknown) => {
    throw value;
  },
  'throw later': async (value: unknown) => {
    await Promise.resolve();
    throw value;
  },
  return: (value: unknown) => value,
  report: (value: unknown, { progress }: TaskContext) => progress(value as ItemCounts),
  'report in part': (value: unknown, { progress }: TaskContext) =>
    progress({ total: 3, succeeded: value, failed: value, skipped: value } as ItemCounts),
};
const deeds = fc.constantFrom(...(Object.keys(DEEDS) as (keyof typeof DEEDS)[]));

class OddTask extends BaseTask {
  readonly name = 'odd_task';

  constructor(private readonly work: (context: TaskContext) => unknown) {
    super();
  }

  async execute(context: TaskContext): Promise<unknown> {
    return this.work(context);
  }
}

/** Fails, as the real one does, for what cannot be written down. */
class WritingLedger extends FakeRunLedger {
  override async finish(execution: Execution, outcome: RunOutcome, checkpoint?: Checkpoint): Promise<Run> {
    JSON.stringify([outcome, checkpoint]);
    return super.finish(execution, outcome, checkpoint);
  }
}

function execute(runner: TaskRunner, execution: Execution, deed: keyof typeof DEEDS, value: unknown): Promise<Run> {
  const idle = new AbortController().signal;
  const task = new OddTask((context) => DEEDS[deed](value, context));
  const registered = { ...task, task, name: task.name, schedule: null, delay: 0, concurrency: 1, ownSettings: [] };
  return runner.run(registered, execution, { abort: new AbortController(), stopping: idle, abandoned: idle });
}

function isEnded({ status, error, items }: Run): boolean {
  const isFinal = RUN_STATUSES.includes(status) && !['queued', 'running'].includes(status);
  const texts = error === null || Object.values(error).every((text) => typeof text === 'string');
  const counts = items === null || Object.values(items).every((count) => Number.isSafeInteger(count) && count >= 0);
  return isFinal && texts && counts;
}

describe('A run ends with an outcome', () => {
  afterAll(removeTemporaryFolders);

  it('whatever its task throws, rejects with, returns or reports', async () => {
    const runner = new TaskRunner(new WritingLedger(), new WorkerEvents(), NOTHING_USUAL);
    await fc.assert(
      fc.asyncProperty(deeds, anyThrown, async (deed, make) =>
        isEnded(await execute(runner, anExecution(), deed, make())),
      ),
      { numRuns: ODD_VALUES },
    );
  });

  it('that the real ledger records', async () => {
    const ledger = await TestLedger.open();
    const runner = new TaskRunner(ledger.runs, new WorkerEvents(), NOTHING_USUAL);
    const cases = fc.sample(fc.tuple(deeds, anyThrown), 1_000);
    const claims = cases.map((_, index) => slotClaim(`task_${index}`, new Date(0)));
    const claimed = await ledger.runs.claim(claims);
    const ended = await Promise.all(
      claimed.map((claim, index) => {
        const [deed, make] = cases[index]!;
        if (!claim || !('execution' in claim) || !claim.execution) throw new Error('Not started');
        return execute(runner, claim.execution, deed, make());
      }),
    );
    const recorded = await ledger.history.list({ limit: 2_000 });
    expect(recorded.filter((run) => !isEnded(run))).toEqual([]);
    expect(new Set(recorded.map(({ id, status }) => `${id} ${status}`))).toEqual(
      new Set(ended.map(({ id, status }) => `${id} ${status}`)),
    );
    await ledger.store.close();
  });
});
