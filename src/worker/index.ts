/** What a task author needs. */
export { DAY, HOUR, MINUTE, SECOND } from '../time/duration.js';
export { BaseTask } from './authoring/base.task.js';
export { BatchTask, type ItemVerdict, type PageRequest } from './authoring/batch.task.js';
export { Clock } from '../time/clock.js';
export { WorkerError } from '../runs/errors.js';
export type { RetryPolicy } from './authoring/retry-policy.js';
export type { ItemCounts, Run } from '../runs/run.js';
export type { TaskContext } from './authoring/task-context.js';
