import { type Expectations, violations } from '../checker.ts';
import { Stopwatch } from '../process/stopwatch.ts';
import { type RecordedRun, Scenario, type TaskName } from '../scenario.ts';
import { Limited } from './limited.ts';

/** How one run under a hostile server ended. */
export interface Outcome {
  readonly code: number | null;
  readonly run: RecordedRun;
  readonly failedItems: Readonly<Record<string, string>>;
  readonly peakRss: number;
  /** From spawn to end, in milliseconds. */
  readonly duration: number;
  readonly violations: readonly string[];
}

export interface Case {
  readonly task: TaskName;
  readonly prepare: (scenario: Scenario) => void;
  readonly environment?: Readonly<Record<string, string>>;
  readonly expectations?: Expectations;
  /** Looks at the scenario before it is cleared away. */
  readonly inspect?: (scenario: Scenario) => void;
}

/** Two processes at a time: each takes one core to start. */
const processes = new Limited(2);

/** Runs a task once, in a process of its own, against a server of its own. */
export function outcomeOf({ task, prepare, environment = {}, expectations, inspect }: Case): Promise<Outcome> {
  return processes.run(async () => {
    const scenario = await Scenario.begin();
    try {
      prepare(scenario);
      const stopwatch = new Stopwatch();
      const { code, run, peakRss } = await scenario.runTask(task, { DATA_API_TIMEOUT: '1s', ...environment });
      const duration = stopwatch.elapsed();
      const failed = (run.items?.failed ?? 0) > 0 ? await scenario.failedItems(run.id) : [];
      inspect?.(scenario);
      return {
        code,
        run,
        peakRss,
        duration,
        failedItems: Object.fromEntries(failed.map(({ id, error }) => [id, error.code])),
        violations: violations(scenario, expectations),
      };
    } finally {
      await scenario.end();
    }
  });
}
