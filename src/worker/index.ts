/** What a task author needs of the worker. */
export { DAY, HOUR, MINUTE, SECOND } from '../time/duration.js';
export { BaseTask } from './authoring/base.task.js';
export { BatchTask } from './authoring/batch.task.js';
export { Clock } from '../time/clock.js';
export type { ItemContext, ItemVerdict } from './authoring/item-context.js';
export { itemId } from './authoring/item-id.js';
export type { ItemCounts, Run } from '../runs/run.js';
export { type Cursor, type CursorPage, cursorPages } from './authoring/pages/cursor-pages.js';
export { type Key, type KeysetOptions, type KeysetPageContext, keysetPages } from './authoring/pages/keyset-pages.js';
export { offsetPages } from './authoring/pages/offset-pages.js';
export { pages, singlePage } from './authoring/pages/pages.js';
export type { PageSource } from './batch/page-source.js';
export type { RetryPolicy } from './authoring/retry-policy.js';
export { type PageContext, shrinkingList } from './authoring/pages/shrinking-list.js';
export { duration, taskSettings, type TaskSettings } from './authoring/task-settings.js';
export { type TaskState, taskState } from './authoring/task-state.js';
export type { TaskContext } from './authoring/task-context.js';
export { WorkerError } from '../runs/errors.js';
