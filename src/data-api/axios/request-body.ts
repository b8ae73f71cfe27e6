import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

interface RequestBody {
  readonly body: string | Uint8Array | null;
  /** Given for what carries its own, such as a form with its boundary. */
  readonly contentType?: string | null;
}

/** What axios' request transforms leave, in a form that can be sent more than once. */
export function requestBody(data: unknown): RequestBody | Promise<RequestBody> {
  if (data === undefined || data === null) return { body: null };
  if (typeof data === 'string' || data instanceof Uint8Array) return { body: data };
  if (data instanceof ArrayBuffer) return { body: new Uint8Array(data) };
  return collect(data);
}

async function collect(data: unknown): Promise<RequestBody> {
  if (data instanceof Readable) {
    const form = data as Readable & { getHeaders?: () => Record<string, string> };
    return { body: await buffer(data), contentType: form.getHeaders?.()['content-type'] ?? null };
  }
  if (data instanceof FormData || data instanceof Blob || data instanceof ReadableStream) {
    const response = new Response(data);
    return { body: await response.bytes(), contentType: response.headers.get('content-type') };
  }
  throw new TypeError('The body of a request must be a string, bytes, a form or a stream');
}
