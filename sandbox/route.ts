import type { Answer } from './answer.ts';

export interface Route {
  readonly method: string;
  /** As in the API's description. */
  readonly name: string;
  readonly pattern: RegExp;
  answer(query: URLSearchParams, id: string, authorization: string | undefined): Answer;
}

export function route(method: string, name: string, answer: Route['answer']): Route {
  return { method, name, pattern: new RegExp(`^${name.replace('{id}', '([^/]+)')}$`), answer };
}
