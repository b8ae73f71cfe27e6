import type { Sandbox } from '../sandbox.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** A client of a sandbox for specs. */
export class SandboxClient {
  private readonly sandbox: Sandbox;

  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }

  async call(method: string, path: string, init: RequestInit = {}): Promise<Reply> {
    const response = await fetch(this.sandbox.url + path, { method, ...init });
    const { status, headers } = response;
    return { status, headers, body: (await response.json()) as Record<string, unknown> };
  }

  post(path: string, key?: string): Promise<Reply> {
    return this.call('POST', path, key === undefined ? {} : { headers: { 'Idempotency-Key': key } });
  }

  process(id: number | string | undefined, key = `process:${id}`): Promise<Reply> {
    return this.post(`/api/v1/orders/${id}/process`, key);
  }

  async pendingIds(query = 'limit=1000'): Promise<number[]> {
    const { body } = await this.call('GET', `/api/v1/orders?status=pending&${query}`);
    return (body['items'] as { id: number }[]).map(({ id }) => id);
  }

  /** Bookings in a window given in milliseconds from now. */
  async bookings(from: number, to: number): Promise<{ id: number; reminder_sent: boolean; starts_at: string }[]> {
    const [start, end] = [from, to].map((offset) => new Date(Date.now() + offset).toISOString());
    const { body } = await this.call('GET', `/api/v1/bookings/upcoming?start=${start}&end=${end}`);
    return body['items'] as { id: number; reminder_sent: boolean; starts_at: string }[];
  }
}
