import { z } from 'zod';
import { WorkerError } from '../../runs/errors.js';
import { currentRunScope } from '../execution/run-scope.js';

const MAX_STATE_CHARACTERS = 16 * 1024;
const MAX_SHOWN_CHARACTERS = 200;

/**
 * A small value that each run of a task leaves for the next one, such as how far it has come. The
 * schema takes undefined, which is what the first run finds: `.optional()` or `.default(…)`.
 *
 *     override readonly state = taskState(z.iso.datetime().optional());
 */
export function taskState<Schema extends z.ZodType>(schema: Schema): TaskState<z.output<Schema>, z.input<Schema>> {
  return new TaskState<z.output<Schema>, z.input<Schema>>(schema);
}

/** A value of the task does not fit its schema, or is too long. */
class TaskStateInvalidError extends WorkerError {
  override readonly name = 'TaskStateInvalidError';
  override readonly endsRun = true;

  constructor(task: string, problem: string, options?: ErrorOptions) {
    super(`The state of ${task} ${problem}`, 'STATE_INVALID', options);
  }
}

/** The state of one task, as the run sees it that the current code belongs to. */
export class TaskState<Value = unknown, Input = Value> {
  constructor(readonly schema: z.ZodType) {}

  /**
   * What this run has set, or else what the last successful one has left. Throws a `WorkerError`
   * for what the schema does not take any more; `.catch(…)` begins anew then.
   */
  get value(): Value {
    const { task, state } = scope();
    // Nothing, as a run may leave it, is null on record.
    const recorded = (state.left === undefined ? state.found : state.left) ?? undefined;
    const read = this.schema.safeParse(recorded);
    if (read.success) return read.data as Value;
    const shown = JSON.stringify(recorded).slice(0, MAX_SHOWN_CHARACTERS);
    const problem = `is on record as ${shown}, which its schema does not take: ${z.prettifyError(read.error)}`;
    throw new TaskStateInvalidError(task, `${problem}. Let the schema take it, or begin anew by .catch(…)`);
  }

  /**
   * Goes on record when the run succeeds, as JSON, with its end. A run that ends otherwise, also as
   * `partial`, leaves the state as it was; so do dry runs and retries of some items.
   */
  set(value: Input): void {
    const { task, state } = scope();
    const read = this.schema.safeParse(value);
    if (!read.success) {
      throw new TaskStateInvalidError(task, `was set to what its schema does not take: ${z.prettifyError(read.error)}`);
    }
    const json = JSON.stringify(value) ?? 'null';
    if (json.length > MAX_STATE_CHARACTERS) {
      const limit = `more than ${MAX_STATE_CHARACTERS}; keep what grows in an API of its own`;
      throw new TaskStateInvalidError(task, `was set to ${json.length} characters of JSON, ${limit}`);
    }
    state.left = JSON.parse(json);
  }
}

function scope() {
  const { task, state } = currentRunScope() ?? {};
  if (task !== undefined && state) return { task, state };
  throw new TypeError('The state of a task belongs to its runs: use it in execute, processItem or pages');
}
