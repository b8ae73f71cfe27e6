import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, type InputType, zstdDecompress } from 'node:zlib';
import { MAX_BODY_BYTES, TOO_LARGE } from './answer-body.js';

type Decode = (body: InputType, options: typeof limits) => Promise<Buffer>;

/** Checked from chunk to chunk: a small bomb is cut off where it becomes large. */
const limits = { maxOutputLength: MAX_BODY_BYTES, chunkSize: 64 * 1024 };

const gzip: Decode = promisify(gunzip);
const zlib: Decode = promisify(inflate);
const brotli: Decode = promisify(brotliDecompress);
const zstd: Decode = promisify(zstdDecompress);
const bare: Decode = promisify(inflateRaw);
const decoders: Readonly<Record<string, (body: Buffer) => Decode>> = {
  gzip: () => gzip,
  'x-gzip': () => gzip,
  br: () => brotli,
  zstd: () => zstd,
  // zlib's format (RFC 9110 §8.4.1.2), which some servers send without its header.
  deflate: ([first = 0]) => ((first & 0x0f) === 8 ? zlib : bare),
};

/**
 * What servers write that is not a coding: the body is as it is. `aws-chunked` is one of uploads,
 * and S3 gives it back with what was uploaded.
 */
const NOT_A_CODING = /^(?:|identity|none|null|utf-?8|us-ascii|iso-8859-1|[78]bit|binary|chunked|aws-chunked)$/;

/** A body could not be decoded: it is damaged, its coding is unknown, or it is too large. */
export class ContentCodingError extends Error {
  constructor(
    message: string,
    readonly tooLarge: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ContentCodingError';
  }
}

/**
 * Undoes `Content-Encoding`. Bodies are decoded one after another, so that many bombs take no more
 * memory than one.
 *
 * undici's `decompress` interceptor does not do that, passes on what it cannot decode as if it were
 * plain, does not read deflate without a header, and prints a warning because it is experimental.
 */
export class ContentDecoder {
  private last: Promise<unknown> = Promise.resolve();

  /** Rejects with a `ContentCodingError`. */
  decode(body: Buffer, contentEncoding: string): Promise<Buffer> {
    const decoded = this.last.then(() => decodeAll(body, contentEncoding));
    this.last = decoded.catch(() => {});
    return decoded;
  }
}

/** Of several codings, the last is undone first. */
async function decodeAll(body: Buffer, contentEncoding: string): Promise<Buffer> {
  const codings = contentEncoding.toLowerCase().split(',').reverse();
  let decoded = body;
  for (const coding of codings.map((name) => name.trim())) {
    if (!NOT_A_CODING.test(coding)) decoded = await decodeOne(decoded, coding);
  }
  return decoded;
}

async function decodeOne(body: Buffer, coding: string): Promise<Buffer> {
  const decoder = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined;
  if (!decoder) throw new ContentCodingError(`unknown content coding ${coding.slice(0, 40)}`, false);
  try {
    return await decoder(body)(body, limits);
  } catch (cause) {
    const tooLarge = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new ContentCodingError(tooLarge ? TOO_LARGE : `damaged ${coding} coding`, tooLarge, { cause });
  }
}
