/** What a spec of a task needs. */
import './matchers.js';

export { FakeDataApi } from './data-api.fake.js';
export { FakeAnswer, type FakeRequest } from './fake-answer.js';
export { cursorList, type FakeListOptions, keysetList, linkedList, offsetList } from './fake-lists.js';
export type { RoutedRequest, Routes } from './fake-routes.js';
export { runTask, type TaskTest, type TaskTestResult } from './run-task.js';
