/** The command line asks for something that does not exist. The message says what would. */
export class UsageError extends Error {
  readonly code = 'WRONG_USAGE';

  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }

  static unknownTask(name: string, nearest: string | undefined): UsageError {
    const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
    return new UsageError(`There is no task ${JSON.stringify(name)}.${hint} \`worker list\` names them all.`);
  }

  static unknownRun(id: string): UsageError {
    return new UsageError(`There is no run ${JSON.stringify(id)}. \`worker history\` lists the runs and their ids.`);
  }
}
