import type { Application } from '../application.js';
import { ExitCode } from '../exit-code.js';
import { listedTask, taskTable } from '../task-table.js';
import type { Terminal } from '../terminal.js';

export interface ListOptions {
  readonly json?: boolean;
}

export async function list(application: Application, terminal: Terminal, { json }: ListOptions): Promise<ExitCode> {
  const { registry, ledger, history, clock } = application;
  await ledger.open('reader');
  const overview = await history.overview();
  const now = clock.now();
  const tasks = registry.all().map((task) => listedTask(task, overview.get(task.name), now));
  if (json) terminal.printJson(tasks);
  else if (tasks.length > 0) terminal.print(taskTable(tasks, { now, colors: terminal.colors, width: terminal.width }));
  else terminal.say('No tasks yet. Add the module of one to src/tasks/tasks.module.ts.');
  return ExitCode.success;
}
