import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';
import { LARGEST_BODY } from './answer-body.js';

// The limit is checked while decoding: a small bomb is cut off where it becomes large.
const options = { maxOutputLength: LARGEST_BODY };
const decoders: Readonly<Record<string, (body: Buffer) => Promise<Buffer>>> = {
  gzip: (body) => promisify(gunzip)(body, options),
  'x-gzip': (body) => promisify(gunzip)(body, options),
  br: (body) => promisify(brotliDecompress)(body, options),
  zstd: (body) => promisify(zstdDecompress)(body, options),
  // "deflate" means zlib's format (RFC 9110 §8.4.1.2), and some servers send it bare.
  deflate: (body) =>
    ((body[0] ?? 0) & 0x0f) === 8 ? promisify(inflate)(body, options) : promisify(inflateRaw)(body, options),
};

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

/** Undoes the codings of `Content-Encoding`, last first. Rejects with a `ContentCodingError`. */
export async function decode(body: Buffer, contentEncoding: string): Promise<Buffer> {
  const codings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .reverse();
  let decoded = body;
  for (const coding of codings) {
    if (coding === '' || coding === 'identity') continue;
    const decoder = decoders[coding];
    if (!decoder) throw new ContentCodingError(`its content coding is unknown: ${coding.slice(0, 40)}`, false);
    decoded = await decoder(decoded).catch((error: NodeJS.ErrnoException) => {
      const tooLarge = error.code === 'ERR_BUFFER_TOO_LARGE';
      throw new ContentCodingError(tooLarge ? 'it is too large' : `its ${coding} coding is damaged`, tooLarge, {
        cause: error,
      });
    });
  }
  return decoded;
}
