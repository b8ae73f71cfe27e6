import { RequestError } from './request-error.ts';

export interface Answer {
  readonly status: number;
  /** JSON, as sent and as stored under an `Idempotency-Key`. */
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function ok(value: unknown): Answer {
  return { status: 200, body: JSON.stringify(value) };
}

/** Converts an error to an answer: `{ "error": { "code", "message" } }`. */
export function refusal(error: unknown): Answer {
  const known = error instanceof RequestError ? error : new RequestError(500, 'internal', String(error));
  const { status, code, message, headers } = known;
  return { status, body: JSON.stringify({ error: { code, message } }), headers };
}
