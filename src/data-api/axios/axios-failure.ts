import { AxiosError, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import {
  DataApiAnswerError,
  DataApiError,
  DataApiRequestError,
  DataApiStatusError,
  DataApiTimeoutError,
  DataApiUnauthorizedError,
} from '../data-api.errors.js';
import { AttemptError } from '../policy/attempt.error.js';
import { failureResponse } from './axios-response.js';

/** The response, where the caller accepts its status. Otherwise throws as axios does. */
export function settle(response: AxiosResponse<unknown>): AxiosResponse<unknown> {
  if (isAccepted(response)) return response;
  const message = `Request failed with status code ${response.status}`;
  throw new AxiosError(message, codeOfStatus(response.status), response.config, null, response);
}

/**
 * The response of a status that the caller accepts all the same. Otherwise throws an `AxiosError`
 * with the code that axios would have, whose cause is the error.
 */
export function settleFailure(error: unknown, config: InternalAxiosRequestConfig): AxiosResponse<unknown> {
  if (error instanceof AxiosError) throw error;
  if (!(error instanceof DataApiError)) throw unexpected(error, config);
  const response = error.answer && failureResponse(error.answer, config);
  const isStatus = error instanceof DataApiStatusError || error instanceof DataApiUnauthorizedError;
  if (isStatus && response && isAccepted(response)) return response;
  const code = isStatus && response ? codeOfStatus(response.status) : codeOf(error, config);
  const axiosError = AxiosError.from(error, code, config, null, response, { name: 'AxiosError' });
  if (!response) delete axiosError.status;
  if (isStatus && !response) axiosError.message = `maxContentLength size of ${config.maxContentLength} exceeded`;
  if (config.timeoutErrorMessage && isTimeout(error)) axiosError.message = config.timeoutErrorMessage;
  throw axiosError;
}

/**
 * What a function of the caller has thrown, such as `validateStatus` or a serializer of parameters.
 */
function unexpected(error: unknown, config: InternalAxiosRequestConfig): AxiosError {
  const { code = AxiosError.ERR_BAD_REQUEST } = Object(error) as { code?: string };
  return AxiosError.from(error, code, config, null, undefined, { name: 'AxiosError' });
}

function isAccepted({ status, config }: AxiosResponse<unknown>): boolean {
  return !config.validateStatus || config.validateStatus(status);
}

function codeOfStatus(status: number): string {
  return status >= 400 && status < 500 ? AxiosError.ERR_BAD_REQUEST : AxiosError.ERR_BAD_RESPONSE;
}

function codeOf(error: DataApiError, { transitional }: InternalAxiosRequestConfig): string {
  if (error instanceof DataApiAnswerError) return AxiosError.ERR_BAD_RESPONSE;
  if (error instanceof DataApiRequestError) return AxiosError.ERR_BAD_REQUEST;
  if (isTimeout(error)) return transitional?.clarifyTimeoutError ? AxiosError.ETIMEDOUT : AxiosError.ECONNABORTED;
  if (error.answer) return AxiosError.ERR_BAD_RESPONSE;
  const { code } = (attemptOf(error)?.cause ?? {}) as NodeJS.ErrnoException;
  // What Node says of a connection that ends before the answer.
  if (code === 'UND_ERR_SOCKET') return 'ECONNRESET';
  return code && !code.startsWith('UND_') ? code : AxiosError.ERR_NETWORK;
}

function isTimeout(error: DataApiError): boolean {
  if (error instanceof DataApiTimeoutError) return true;
  const attempt = attemptOf(error);
  // A connection that was not refused has not come in time.
  return attempt?.problem === 'no answer' || (attempt?.problem === 'not sent' && attempt.cause === undefined);
}

function attemptOf({ cause }: DataApiError): AttemptError | undefined {
  return cause instanceof AttemptError ? cause : undefined;
}
