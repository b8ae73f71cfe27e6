import type { ApiSettings, WorkerSettings } from '../config/settings.js';
import { AttemptError } from './policy/attempt.error.js';
import { DataApiAddress } from './request/data-api.address.js';
import { HttpTransport } from './transport/http-transport.js';

/** What one request to the base URL of an API has shown. */
export type ApiProbe =
  | {
      readonly status: number;
      /** By the clock of the API; null: it does not say. */
      readonly date: Date | null;
      readonly tookMs: number;
    }
  | {
      readonly status: null;
      /** Why there was no answer. */
      readonly problem: string;
      /** The token endpoint refuses the worker's credentials. */
      readonly refused: boolean;
    };

/** Sends one GET with the credentials of the API, past all limits and retries. Never rejects. */
export async function probeApi(settings: WorkerSettings, api: ApiSettings): Promise<ApiProbe> {
  const transport = new HttpTransport(settings);
  const address = new DataApiAddress(api, transport);
  try {
    const authorization = await address.credentials?.authorization(undefined);
    const from = performance.now();
    const { status, headers } = await transport.send({
      ...{ method: 'GET', origin: address.origin, target: `${address.prefix}/`, body: null },
      headers: { ...address.headers, ...(authorization && { authorization }) },
      ...{ timeout: api.timeout, signal: undefined, retry: undefined },
    });
    const date = new Date(headers.date ?? Number.NaN);
    return { status, date: Number.isNaN(date.getTime()) ? null : date, tookMs: performance.now() - from };
  } catch (error) {
    const refused = error instanceof AttemptError && error.problem === 'no credentials';
    return { status: null, problem: error instanceof Error ? error.message : String(error), refused };
  } finally {
    await transport.onApplicationShutdown();
  }
}
