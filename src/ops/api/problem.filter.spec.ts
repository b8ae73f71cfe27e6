import { type ArgumentsHost, NotFoundException } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { LedgerUnavailableError, LedgerUnusableError } from '../../runs/errors.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { TaskUnknownError } from '../unknown-name.errors.js';
import { tooMany } from './problem.js';
import { ProblemFilter } from './problem.filter.js';

const INSIDE = 'SELECT id FROM sessions; /srv/worker/dist/main.js:17';

class Response {
  statusCode = 0;
  headersSent = false;
  destroyed = false;
  text = '';
  readonly headers: Record<string, string> = {};

  setHeader(name: string, value: string): void {
    this.headers[name] = value;
  }

  end(text: string): void {
    this.text = text;
  }

  destroy(): void {
    this.destroyed = true;
  }
}

describe('what is wrong with a request to the ops API', () => {
  let response: Response;
  let told: unknown[];

  beforeEach(() => {
    response = new Response();
    told = [];
  });

  function answer(error: unknown): unknown {
    const events = new WorkerEvents();
    events.on('ops.request_failed', ({ error }) => told.push(error));
    const http = { getRequest: () => ({ url: '/api/v1/tasks' }), getResponse: () => response };
    const host = { switchToHttp: () => http } as unknown as ArgumentsHost;
    new ProblemFilter(new HttpAdapterHost(), events).catch(error, host);
    return response.text === '' ? null : JSON.parse(response.text);
  }

  it.each([
    ['a task that there is not', new TaskUnknownError('nope', undefined), 404, 'nope'],
    ['a path that there is not', new NotFoundException('Cannot GET /api/v1/x'), 404, '/api/v1/x'],
    [
      'a ledger that cannot be written',
      new LedgerUnavailableError('The ledger cannot be written', { cause: new Error(INSIDE) }),
      503,
      'be written',
    ],
    [
      'a ledger that is damaged',
      new LedgerUnusableError('The ledger is damaged', { cause: new Error(INSIDE) }),
      503,
      'is damaged',
    ],
    ['too many requests', tooMany(1_500, 'At most 5 runs'), 429, 'in 2 s'],
  ])('is answered with its status and its words: %s', (_, error, status, words) => {
    expect(answer(error)).toMatchObject({ status, detail: expect.stringContaining(words) });
    expect(response).toMatchObject({
      statusCode: status,
      headers: { 'Content-Type': 'application/problem+json; charset=utf-8', 'Cache-Control': 'no-store' },
    });
    expect(response.text).not.toContain(INSIDE);
    expect(told).toEqual([]);
  });

  it.each([new TypeError(INSIDE), INSIDE, { message: INSIDE }, null])(
    'is told to the log alone where nobody foresaw it (security: errors): %j',
    (error) => {
      expect(answer(error)).toMatchObject({ status: 500, code: 'INTERNAL' });
      expect(response.text).not.toContain('sessions');
      expect(told).toEqual([error]);
    },
  );

  it('ends an answer that has begun', () => {
    response.headersSent = true;
    expect(answer(new TypeError(INSIDE))).toBeNull();
    expect(response.destroyed).toBe(true);
  });
});
