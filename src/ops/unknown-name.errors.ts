import { WorkerError } from '../runs/errors.js';

/** Neither a task nor its history has this name. Names the task that was probably meant. */
export class TaskUnknownError extends WorkerError {
  override readonly name = 'TaskUnknownError';

  constructor(name: string, nearest: string | undefined) {
    const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
    super(`There is no task ${JSON.stringify(name)}.${hint} \`worker list\` names them all.`, 'TASK_UNKNOWN');
  }
}

/** No run has this id, or an id that begins like this. */
export class RunUnknownError extends WorkerError {
  override readonly name = 'RunUnknownError';

  constructor(id: string) {
    super(`There is no run ${JSON.stringify(id)}. \`worker history\` lists the runs and their ids.`, 'RUN_UNKNOWN');
  }
}
