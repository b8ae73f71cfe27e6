import { WorkerError } from '../../runs/errors.js';

/**
 * A list showed again what the run has done already: it goes round in a circle, or never lets go of
 * what is done.
 */
export class ListRepeatsError extends WorkerError {
  override readonly name = 'ListRepeatsError';

  constructor(seen: string) {
    super(
      `The list shows ${seen} again, which this run has done: reading has ended. ` +
        'Look into how the API pages this list, and whether `pages` of the task names the right kind of list',
      'LIST_REPEATS',
    );
  }
}
