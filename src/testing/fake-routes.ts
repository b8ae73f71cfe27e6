import { createHash } from 'node:crypto';
import { FakeAnswer, type FakeRequest } from './fake-answer.js';

/** What a route is asked: the request, and what its pattern finds in the path, decoded. */
export interface RoutedRequest extends FakeRequest {
  readonly params: Readonly<Record<string, string>>;
}

type RouteAnswer = string | number | boolean | null | object | ((request: RoutedRequest) => unknown);

/** By method and path, such as `GET /api/v1/orders/:id`: an answer, or a function that gives it. */
export type Routes = Readonly<Record<string, RouteAnswer>>;

const TOO_MANY_REQUESTS = 429;

/** Answers by method and path, as a server does that has these routes. */
export class FakeRoutes {
  private readonly routes: readonly Route[];
  /** Answers to changes, by path and key. */
  private readonly answered = new Map<string, unknown>();

  constructor(routes: Routes) {
    this.routes = Object.entries(routes).map(([name, answer]) => new Route(name, answer));
  }

  async respond(request: FakeRequest): Promise<unknown> {
    const { method, path, key } = request;
    const known = this.routes.filter((route) => route.paramsOf(path));
    const route = known.find((candidate) => candidate.method === method);
    if (!route) return known.length > 0 ? notAllowed(known) : new FakeAnswer({ message: 'Not Found' }, {}, 404);
    if (method === 'GET') return versioned(request, await route.answer(request));
    if (key === undefined) return route.answer(request);
    const operation = `${method} ${path} ${key}`;
    if (this.answered.has(operation)) return this.answered.get(operation);
    const answer = await route.answer(request);
    if (isMade(answer)) this.answered.set(operation, answer);
    return answer;
  }
}

/** Whether a server would remember the change: not what it could not do, or refused for now. */
function isMade(answer: unknown): boolean {
  if (answer instanceof FakeAnswer) return answer.status < 500 && answer.status !== TOO_MANY_REQUESTS;
  return !(answer instanceof Error);
}

class Route {
  readonly method: string;
  private readonly segments: readonly string[];

  constructor(
    name: string,
    private readonly answers: unknown,
  ) {
    const [method = '', path, ...rest] = name.split(' ');
    if (!path?.startsWith('/') || rest.length > 0) {
      throw new TypeError(`A route of FakeDataApi is called ${JSON.stringify(name)}; write it as "GET /api/v1/orders"`);
    }
    this.method = method.toUpperCase();
    this.segments = path.split('/');
  }

  /** Undefined where the path is another one. */
  paramsOf(path: string): Record<string, string> | undefined {
    const given = path.split('/');
    if (given.length !== this.segments.length) return undefined;
    const params: Record<string, string> = {};
    for (const [index, segment] of this.segments.entries()) {
      const value = given[index] ?? '';
      if (segment.startsWith(':')) params[segment.slice(1)] = decodeURIComponent(value);
      else if (segment !== value) return undefined;
    }
    return params;
  }

  async answer(request: FakeRequest): Promise<unknown> {
    if (typeof this.answers !== 'function') return this.answers;
    return (this.answers as (request: RoutedRequest) => unknown)({
      ...request,
      params: this.paramsOf(request.path) ?? {},
    });
  }
}

function notAllowed(routes: readonly Route[]): FakeAnswer {
  const allow = routes.map(({ method }) => method).join(', ');
  return new FakeAnswer({ message: 'Method Not Allowed' }, { allow }, 405);
}

/** With an ETag of what it says; 304 for who knows that. */
function versioned({ headers = {} }: FakeRequest, answer: unknown): unknown {
  if (answer instanceof Error) return answer;
  const { value, headers: own, status } = answer instanceof FakeAnswer ? answer : new FakeAnswer(answer);
  if (status !== 200 || own.etag !== undefined) return answer;
  const hash = createHash('sha256').update(JSON.stringify(value) ?? '');
  const etag = `"${hash.digest('hex').slice(0, 16)}"`;
  const known = Object.entries(headers).find(([name]) => name.toLowerCase() === 'if-none-match')?.[1];
  return known === etag ? new FakeAnswer(null, { etag }, 304) : new FakeAnswer(value, { ...own, etag });
}
