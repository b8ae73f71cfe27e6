/** What a task author needs of the Data API. */
export { anyAnswer } from './answer/any-answer.js';
export { DataApiClient, type PostOptions, type RequestOptions } from './data-api.client.js';
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
export { path } from './request/path.js';
