import { ConfigurationError } from '../../config/configuration.error.js';
import type { Application } from '../application.js';
import { ExitCode } from '../exit-code.js';
import type { Terminal } from '../terminal.js';

export interface ConfigCheckOptions {
  readonly json?: boolean;
}

/** Answers for the registry, which has checked the environment and the tasks; opens and starts nothing. */
export function configCheck(
  { registry }: Pick<Application, 'registry'>,
  terminal: Terminal,
  { json }: ConfigCheckOptions,
): ExitCode {
  try {
    registry.load();
  } catch (error) {
    if (!(error instanceof ConfigurationError) || !json) throw error;
    terminal.printJson({ valid: false, problems: error.problems });
    return ExitCode.badConfiguration;
  }
  if (json) terminal.printJson({ valid: true, problems: [] });
  else terminal.print(`The configuration is valid: ${registry.all().length} tasks.`);
  return ExitCode.success;
}
