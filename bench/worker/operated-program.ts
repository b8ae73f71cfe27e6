import { emptyTasks } from './empty-tasks.ts';
import { taskNames } from './long-history.ts';
import { serveWorker } from './worker-application.ts';

/** The built worker as a service with 50 tasks, ten of which run every ten seconds, in turn. */
const names = taskNames();
const [often, rarely] = [names.slice(0, 10), names.slice(10)];
for (const name of often) process.env[`TASK_${name.toUpperCase()}_SPREAD`] = '10s';
await serveWorker(
  { tasks: [...emptyTasks(often, 10_000), ...emptyTasks(rarely, 86_400_000)] },
  Number(process.env['PORT']),
);
