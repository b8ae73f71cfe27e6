import { AxiosError, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import {
  DataApiAnswerError,
  DataApiError,
  DataApiStatusError,
  DataApiTimeoutError,
  DataApiUnauthorizedError,
} from '../data-api.errors.js';
import { AttemptError } from '../policy/attempt.error.js';
import { failureResponse } from './axios-response.js';

/**
 * The response of a status that the caller accepts all the same; otherwise throws as axios does,
 * with the cause.
 */
export function settleFailure(error: unknown, config: InternalAxiosRequestConfig): AxiosResponse<unknown> {
  if (!(error instanceof DataApiError)) throw error;
  const response = error.answer && failureResponse(error.answer, config);
  const isStatus = error instanceof DataApiStatusError || error instanceof DataApiUnauthorizedError;
  if (isStatus && response && (!config.validateStatus || config.validateStatus(response.status))) return response;
  const code = isStatus ? codeOfStatus(error.status) : codeOf(error, config);
  throw AxiosError.from(error, code, config, null, response, { name: 'AxiosError' });
}

function codeOfStatus(status: number | null): string {
  return status !== null && status < 500 ? AxiosError.ERR_BAD_REQUEST : AxiosError.ERR_BAD_RESPONSE;
}

function codeOf(error: DataApiError, { transitional }: InternalAxiosRequestConfig): string {
  if (error instanceof DataApiAnswerError) return AxiosError.ERR_BAD_RESPONSE;
  const attempt = error.cause instanceof AttemptError ? error.cause : undefined;
  if (error instanceof DataApiTimeoutError || attempt?.problem === 'no answer') {
    return transitional?.clarifyTimeoutError ? AxiosError.ETIMEDOUT : AxiosError.ECONNABORTED;
  }
  const { code } = (attempt?.cause ?? {}) as NodeJS.ErrnoException;
  return code && !code.startsWith('UND_') ? code : AxiosError.ERR_NETWORK;
}
