import { ExitCode } from '../../process/exit-code.js';
import type { Application } from '../application.js';
import { taskTable } from '../task-table.js';
import type { Terminal } from '../terminal.js';

export interface ListOptions {
  readonly json?: boolean;
}

export async function list(application: Application, terminal: Terminal, { json }: ListOptions): Promise<ExitCode> {
  await application.open('reader');
  const tasks = await application.tasks.list();
  const options = { now: application.clock.now(), colors: terminal.colors, width: terminal.width };
  if (json) terminal.printJson(tasks);
  else if (tasks.length > 0) terminal.print(taskTable(tasks, options));
  else terminal.say('No tasks yet. Add the module of one to src/tasks/tasks.module.ts.');
  return ExitCode.success;
}
