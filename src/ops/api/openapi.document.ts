import { z } from 'zod';
import { ANSWERS } from './answers.schema.js';
import {
  auditQuery,
  logsQuery,
  whyQuery,
  itemsQuery,
  loginBody,
  pauseBody,
  reasonBody,
  releaseBody,
  retryBody,
  runBody,
  runItemsQuery,
  runsQuery,
} from './requests.js';

type Json = Record<string, unknown>;

export interface Route {
  readonly method: 'get' | 'post' | 'delete';
  /** Below `/api/v1`. */
  readonly path: string;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Of success. */
  readonly status: number;
  /** Name of a schema; absent: no body, or a stream. */
  readonly answer?: keyof typeof ANSWERS;
}

/** Every operation of the API. A test holds them beside what the controllers serve. */
export const ROUTES: readonly Route[] = [
  { method: 'get', path: '/tasks', summary: 'All tasks at a glance', status: 200, answer: 'Tasks' },
  { method: 'get', path: '/tasks/{name}', summary: 'One task, with its next slots', status: 200, answer: 'Task' },
  {
    method: 'get',
    path: '/tasks/{name}/why',
    summary: 'What became of a slot, and why',
    query: whyQuery,
    status: 200,
    answer: 'Explanation',
  },
  {
    method: 'post',
    path: '/tasks/{name}/run',
    summary: 'Queue a run now, with parameters that its task declares',
    body: runBody,
    status: 202,
    answer: 'Run',
  },
  {
    method: 'post',
    path: '/tasks/{name}/pause',
    summary: 'Skip the slots of a task for a while',
    body: pauseBody,
    status: 200,
    answer: 'Pause',
  },
  {
    method: 'post',
    path: '/tasks/{name}/resume',
    summary: 'End a pause',
    body: reasonBody,
    status: 200,
    answer: 'Pause',
  },
  { method: 'get', path: '/runs', summary: 'Runs, newest first', query: runsQuery, status: 200, answer: 'Runs' },
  { method: 'get', path: '/runs/{id}', summary: 'One run, by the beginning of its id', status: 200, answer: 'Run' },
  {
    method: 'get',
    path: '/runs/{id}/items',
    summary: 'The failed items of a run',
    query: runItemsQuery,
    status: 200,
    answer: 'FailedItems',
  },
  {
    method: 'post',
    path: '/runs/{id}/cancel',
    summary: 'End an active run',
    body: reasonBody,
    status: 202,
    answer: 'Run',
  },
  {
    method: 'post',
    path: '/runs/{id}/retry',
    summary: 'Queue a run for failed items',
    body: retryBody,
    status: 202,
    answer: 'Run',
  },
  {
    method: 'get',
    path: '/runs/{id}/logs',
    summary: 'The log lines of a run',
    query: logsQuery,
    status: 200,
    answer: 'Logs',
  },
  {
    method: 'get',
    path: '/items',
    summary: 'Items in trouble over runs',
    query: itemsQuery,
    status: 200,
    answer: 'TroubledItems',
  },
  {
    method: 'post',
    path: '/items/release',
    summary: 'End the quarantine of items',
    body: releaseBody,
    status: 200,
    answer: 'Released',
  },
  {
    method: 'get',
    path: '/workers',
    summary: 'The processes that work on this ledger',
    status: 200,
    answer: 'Workers',
  },
  { method: 'get', path: '/system', summary: 'Versions, upstreams, ledger', status: 200, answer: 'System' },
  {
    method: 'get',
    path: '/audit',
    summary: 'Who changed what, newest first',
    query: auditQuery,
    status: 200,
    answer: 'Audit',
  },
  { method: 'get', path: '/session', summary: 'Who the caller is', status: 200, answer: 'Actor' },
  {
    method: 'post',
    path: '/session',
    summary: 'Exchange a token for a cookie',
    body: loginBody,
    status: 200,
    answer: 'Actor',
  },
  { method: 'delete', path: '/session', summary: 'Log out', status: 204 },
  {
    method: 'get',
    path: '/events',
    summary: 'What happens, as server-sent events; resumes after `Last-Event-ID`',
    status: 200,
  },
];

/** The API as OpenAPI 3.1 says it, made from the very schemas that check requests. */
export function openApiDocument(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of ROUTES) paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  return {
    openapi: '3.1.0',
    info: { title: 'task-worker ops API', version },
    servers: [{ url: '/api/v1' }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(ANSWERS).map(([name, schema]) => [name, jsonSchema(schema)])),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'worker' },
      },
    },
  };
}

function operation({ method, path, summary, query, body, status, answer }: Route): Json {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const inPath = names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => {
    return { name, in: 'query', required: false, schema: jsonSchema(schema as z.ZodType) };
  });
  const key = { name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 200 } };
  const content = (name: string, type: string) => ({ [type]: { schema: { $ref: `#/components/schemas/${name}` } } });
  return {
    summary,
    operationId: `${method}${path.replace(/[/{]+(\w)/g, (_, first: string) => first.toUpperCase()).replaceAll('}', '')}`,
    parameters: [...inPath, ...inQuery, ...(method === 'post' && path !== '/session' ? [key] : [])],
    ...(body && { requestBody: { content: { 'application/json': { schema: jsonSchema(body) } } } }),
    responses: {
      [status]: { description: 'Done', ...(answer && { content: content(answer, 'application/json') }) },
      default: { description: 'What is wrong', content: content('Problem', 'application/problem+json') },
    },
  };
}

function jsonSchema(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}
