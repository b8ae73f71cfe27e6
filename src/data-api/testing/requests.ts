import type { HttpAnswer, HttpRequest } from '../request/http-request.js';

export function aRequest(changes: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'GET',
    origin: 'http://127.0.0.1',
    target: '/',
    headers: {},
    body: null,
    timeout: 10_000,
    signal: undefined,
    retry: undefined,
    ...changes,
  };
}

export function anAnswer(status: number, body = '', headers: Record<string, string> = {}): HttpAnswer {
  return { status, headers, body: Buffer.from(body) };
}
