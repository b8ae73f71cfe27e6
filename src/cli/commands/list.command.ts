import { ExitCode } from '../../process/exit-code.js';
import { onInterruption } from '../../process/stop-signals.js';
import type { Application } from '../application.js';
import type { JsonOption } from '../options.js';
import { serviceLine } from '../service-line.js';
import { taskTable } from '../task-table.js';
import type { Terminal } from '../terminal.js';

const LOOK_EVERY_MS = 1_000;

export interface ListOptions extends JsonOption {
  readonly watch?: boolean;
}

/** With `--watch` again and again until a signal comes; as JSON then one line each time. */
export async function list(
  application: Application,
  terminal: Terminal,
  { json, watch }: ListOptions,
): Promise<ExitCode> {
  if (watch) return watchTasks(application, terminal, json ?? false);
  const tasks = await application.tasks.list();
  if (json) terminal.printJson(tasks);
  else if (tasks.length > 0) terminal.print(taskTable(tasks, terminal.layout(application.clock.now())));
  else terminal.say('No tasks yet. Add the module of one to src/tasks/tasks.module.ts.');
  return ExitCode.success;
}

async function watchTasks(application: Application, terminal: Terminal, json: boolean): Promise<ExitCode> {
  const { clock, tasks } = application;
  const ended = Promise.withResolvers<void>();
  let isOver = false;
  const release = onInterruption(() => {
    isOver = true;
    ended.resolve();
  });
  let shown = '';
  try {
    while (!isOver) {
      const service = await application.look();
      const views = await tasks.list();
      const state = JSON.stringify(views);
      const isScreen = terminal.width !== null && !json;
      if (isScreen) {
        const table = taskTable(views, terminal.layout(clock.now()));
        terminal.redraw(`${serviceLine(service)}; Ctrl-C ends\n\n${table}`);
      } else if (state !== shown) {
        if (json) terminal.printJsonLine(views);
        else terminal.print(`${taskTable(views, terminal.layout(clock.now()))}\n`);
      }
      shown = state;
      await Promise.race([ended.promise, pause()]);
    }
    return ExitCode.success;
  } finally {
    release();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}
