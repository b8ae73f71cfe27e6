import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Answer, ok, refusal } from './answer.ts';
import { badParameter } from './parameters.ts';
import { RequestError } from './request-error.ts';
import type { Sandbox } from './sandbox.ts';

type Action = (body: string) => unknown;

/**
 * `/sandbox/…`: shows what the sandbox has received and changes how it behaves. The knobs do not
 * affect these requests.
 */
export class Administration {
  private readonly actions: ReadonlyMap<string, Action>;

  constructor(sandbox: Sandbox) {
    this.actions = new Map<string, Action>([
      ['GET /sandbox/stats', () => sandbox.stats()],
      ['GET /sandbox/keys', () => sandbox.keys()],
      ['GET /sandbox/requests', () => sandbox.requests()],
      ['GET /sandbox/knobs', () => sandbox.knobs],
      ['PUT /sandbox/knobs', (body) => (sandbox.setKnobs(read(body)), sandbox.knobs)],
      ['POST /sandbox/reset', (body) => (sandbox.reset(read(body || '{}')), sandbox.stats())],
    ]);
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body, headers } = await this.answer(request).catch(refusal);
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(`${body}\n`);
  }

  private async answer(request: IncomingMessage): Promise<Answer> {
    const { method = 'GET', url = '/' } = request;
    const body = await text(request);
    const action = this.actions.get(`${method} ${url}`);
    if (!action) throw new RequestError(404, 'not_found', `The operations are ${[...this.actions.keys()].join(', ')}`);
    try {
      return ok(action(body));
    } catch (error) {
      // Thrown for invalid knobs and sizes.
      throw error instanceof TypeError ? badParameter(error.message) : error;
    }
  }
}

function read(body: string): Record<string, never> {
  try {
    return JSON.parse(body) as Record<string, never>;
  } catch {
    throw badParameter('The body must be JSON');
  }
}
