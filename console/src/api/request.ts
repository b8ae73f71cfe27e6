/** What the service said against a request (RFC 9457), or that it did not answer. */
export class Problem extends Error {
  override readonly name = 'Problem';

  /** `status` is 0 when there was no answer. */
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const ROOT = '/api/v1';

/** Throws a `Problem`. */
export function read<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return answerOf(fetch(ROOT + path, { headers: { accept: 'application/json' }, signal: signal ?? null }));
}

/** For one intention, however often it is sent. Plain http has no `crypto.randomUUID`. */
export function newKey(): string {
  return crypto.getRandomValues(new BigUint64Array(2)).join('-');
}

/**
 * Sent again with the same key, after a lost answer, it changes nothing twice. Throws a `Problem`.
 */
export function change<Answer>(path: string, body: object, key = newKey()): Promise<Answer> {
  const headers = { 'content-type': 'application/json', accept: 'application/json', 'idempotency-key': key };
  return answerOf(fetch(ROOT + path, { method: 'POST', headers, body: JSON.stringify(body) }));
}

/** Throws a `Problem`. */
export function remove(path: string): Promise<unknown> {
  return answerOf(fetch(ROOT + path, { method: 'DELETE', headers: { accept: 'application/json' } }));
}

async function answerOf<Answer>(sent: Promise<Response>): Promise<Answer> {
  const response = await sent.catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, 'The service does not answer. The page tries again by itself.');
  });
  if (response.status === 204) return undefined as Answer;
  const body = (await response.json().catch(() => null)) as Record<string, unknown> | null;
  if (response.ok) return body as Answer;
  throw new Problem(response.status, sentenceOf(body) ?? `The service answered with status ${response.status}.`);
}

function sentenceOf(body: Record<string, unknown> | null): string | undefined {
  const sentence = body?.['detail'] ?? body?.['title'];
  return typeof sentence === 'string' ? sentence : undefined;
}
