import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AxiosInstance, AxiosRequestConfig } from 'axios';

/** What is sent with either adapter, and what the server answers, by default `{"ok":true}`. */
export interface AxiosCase {
  readonly name: string;
  /** `baseURL` is the server's `/base`; `url` its root. */
  readonly send: (http: AxiosInstance, url: string) => Promise<unknown>;
  readonly answer?: Answer;
  /** What is compared less, or otherwise, and why. */
  readonly but?: Difference;
}

export interface Difference {
  /** The code of our error, where axios has another: docs/reference/http-service.md says so. */
  readonly code?: string;
  /** The time may be up before the server has seen the request. */
  readonly mayNotArrive?: boolean;
}

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export const aCase = (name: string, send: AxiosCase['send'], answer?: Answer, but: Difference = {}): AxiosCase => ({
  name,
  send,
  but,
  ...(answer && { answer }),
});

export const get = (name: string, config: AxiosRequestConfig = {}, answer?: Answer, but?: Difference): AxiosCase =>
  aCase(name, (http) => http.get('/a', config), answer, but);

export const post = (
  name: string,
  data: unknown,
  config: AxiosRequestConfig = {},
  answer?: Answer,
  but?: Difference,
): AxiosCase => aCase(name, (http) => http.post('/a', data, config), answer, but);

export const answering =
  (status: number, body: string | Buffer = '', headers: Record<string, string | string[]> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end(body);

export const JSON_TYPE = { 'content-type': 'application/json' };
export const json = (text: string): Answer => answering(200, text, JSON_TYPE);
