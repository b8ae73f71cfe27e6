/** What a task author needs. */
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
export { itemId } from './request/item-id.js';
export { path } from './request/path.js';
