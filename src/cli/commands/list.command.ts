import { ExitCode } from '../../process/exit-code.js';
import type { Application } from '../application.js';
import { taskTable } from '../task-table.js';
import type { JsonOption } from '../options.js';
import type { Terminal } from '../terminal.js';

export async function list(application: Application, terminal: Terminal, { json }: JsonOption): Promise<ExitCode> {
  const tasks = await application.tasks.list();
  if (json) terminal.printJson(tasks);
  else if (tasks.length > 0) terminal.print(taskTable(tasks, terminal.layout(application.clock.now())));
  else terminal.say('No tasks yet. Add the module of one to src/tasks/tasks.module.ts.');
  return ExitCode.success;
}
