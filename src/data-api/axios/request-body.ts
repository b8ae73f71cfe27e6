import { PassThrough, Readable, type Stream } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { AxiosError, type InternalAxiosRequestConfig } from 'axios';
import { refuse } from './unsupported-options.js';

interface RequestBody {
  readonly body: string | Uint8Array | null;
  /** What a form or a blob says about itself, such as its boundary. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A form of the package `form-data`, which axios makes of objects, or of its kind. */
type FormStream = Stream & { getHeaders(): Record<string, string> };

/**
 * What axios' request transforms leave, in a form that can be sent more than once.
 *
 * @throws AxiosError for what cannot be sent, or is longer than `maxBodyLength`.
 */
export function requestBody(config: InternalAxiosRequestConfig): RequestBody | Promise<RequestBody> {
  const data: unknown = config.data;
  if (!data) return { body: null };
  if (typeof data === 'string' || data instanceof Uint8Array) return bounded({ body: data }, config);
  if (data instanceof ArrayBuffer) return bounded({ body: new Uint8Array(data) }, config);
  return collect(data, config).then((collected) => bounded(collected, config));
}

async function collect(data: unknown, config: InternalAxiosRequestConfig): Promise<RequestBody> {
  if (data instanceof FormData) {
    const response = new Response(data);
    return { body: await response.bytes(), headers: contentType(response.headers.get('content-type')) };
  }
  if (data instanceof Blob) {
    return { body: await data.bytes(), headers: contentType(data.type || 'application/octet-stream') };
  }
  if (isForm(data)) {
    const { 'content-type': type, ...others } = lowerCased(data.getHeaders());
    const headers = { ...(config.formDataHeaderPolicy !== 'content-only' && others), ...contentType(type) };
    return { body: await bytesOf(data), headers };
  }
  if (data instanceof Readable || data instanceof ReadableStream) {
    refuse('a stream as the body', 'it could not be sent again; read it into a Buffer', config);
  }
  throw new AxiosError(
    'The body of a request must be a string, bytes, a blob or a form. Nothing was sent',
    AxiosError.ERR_BAD_REQUEST,
    config,
  );
}

function isForm(data: unknown): data is FormStream {
  const { pipe, getHeaders } = Object(data) as Record<string, unknown>;
  return typeof pipe === 'function' && typeof getHeaders === 'function';
}

/** Its parts may be streams of any age: those that do not know `Readable` only pipe. */
function bytesOf(form: FormStream): Promise<Buffer> {
  const bytes = new PassThrough();
  form.on('error', (error) => bytes.destroy(error as Error));
  form.pipe(bytes);
  return buffer(bytes);
}

function contentType(type: string | null | undefined): Record<string, string> {
  return type ? { 'content-type': type } : {};
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function bounded(request: RequestBody, config: InternalAxiosRequestConfig): RequestBody {
  const { maxBodyLength = -1 } = config;
  if (maxBodyLength < 0 || !request.body || Buffer.byteLength(request.body) <= maxBodyLength) return request;
  throw new AxiosError(
    `Request body larger than maxBodyLength limit (${maxBodyLength} bytes). Nothing was sent`,
    AxiosError.ERR_BAD_REQUEST,
    config,
  );
}
