/** What a task author needs of the Data API. */
export { anyAnswer } from './answer/any-answer.js';
export type { DataApiAnswer } from './answer/data-api.answer.js';
export { linkTo } from './answer/link.js';
export type { BulkResult } from './bulk.js';
export { DataApiClient } from './data-api.client.js';
export { DataApiModule, InjectDataApi } from './data-api.module.js';
export {
  DataApiAnswerError,
  DataApiError,
  DataApiIdentityError,
  DataApiStatusError,
  DataApiTimeoutError,
  DataApiUnauthorizedError,
  DataApiUnreachableError,
  ItemIdError,
} from './data-api.errors.js';
export { queryOf } from './request/next-page.js';
export { path } from './request/path.js';
export type { ChangeOptions, PostOptions, RequestOptions } from './request/request-options.js';
