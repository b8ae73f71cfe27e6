import { shown } from './masking.js';

/** One thing that is wrong with the configuration, ready to be shown. */
export interface ConfigurationProblem {
  /** The environment variable, or the task: `task cleanup_old_orders`. */
  readonly subject: string;
  /** What was found, secrets masked: `"x"`, `not set`. Goes on after "is"; absent for a file. */
  readonly found?: string | undefined;
  /** What would be right. */
  readonly expected: string;
}

export const NOT_SET = 'not set';

/** Every problem of the configuration at once. Ends the process with 5 before it opens anything. */
export class ConfigurationError extends Error {
  /** `file`: what was read beside the environment. */
  constructor(
    readonly problems: readonly ConfigurationProblem[],
    file: string | null = null,
  ) {
    super(ConfigurationError.describe(problems, file));
    this.name = 'ConfigurationError';
  }

  private static describe(problems: readonly ConfigurationProblem[], file: string | null): string {
    const lines = problems.map(
      ({ subject, found, expected }) =>
        `  ${subject}${found === undefined ? '' : ` is ${found}`}: expected ${expected}`,
    );
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    const source = file === null ? '' : ` (environment and ${shown(file)})`;
    return [`The configuration${source} has ${count}:`, ...lines].join('\n');
  }
}
