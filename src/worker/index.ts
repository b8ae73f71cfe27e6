/** What a task author needs. */
export { DAY, HOUR, MINUTE, SECOND } from '../config/duration.js';
export { BaseTask } from './base.task.js';
export { BatchTask, type ItemVerdict, type PageRequest } from './batch.task.js';
export { Clock } from './clock.js';
export { WorkerError } from './errors.js';
export type { RetryPolicy } from './retry-policy.js';
export type { ItemCounts, Run } from './run.js';
export type { TaskContext } from './task-context.js';
