/** One thing that is wrong with the configuration, ready to be shown. */
export interface ConfigurationProblem {
  /** The environment variable, or the task: `task cleanup_old_orders`. */
  readonly subject: string;
  /** What was found, secrets already masked; undefined when nothing was set. */
  readonly found?: string | undefined;
  /** What would be right. */
  readonly expected: string;
}

/** Every problem of the configuration at once. Ends the process with 5 before it opens anything. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly ConfigurationProblem[]) {
    super(ConfigurationError.describe(problems));
    this.name = 'ConfigurationError';
  }

  private static describe(problems: readonly ConfigurationProblem[]): string {
    const lines = problems.map(
      ({ subject, found, expected }) =>
        `  ${subject}${found === undefined ? '' : ` is ${found}`}: expected ${expected}`,
    );
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    return [`The configuration has ${count}:`, ...lines].join('\n');
  }
}
