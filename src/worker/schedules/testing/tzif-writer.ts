/** What a compiled time zone says; seconds throughout. */
export interface CompiledZone {
  readonly initial: number;
  readonly changes?: readonly { readonly at: number; readonly offset: number }[];
  /** `CST6`, `CET-1CEST,M3.5.0,M10.5.0/3`; empty where the last change holds for ever. */
  readonly footer?: string;
}

/**
 * A file as `zic` compiles it (RFC 9636, version 2); `bytes` of a time 4 alone give one of version
 * 1.
 */
export function writeTzif({ initial, changes = [], footer = '' }: CompiledZone, version: 1 | 2 = 2): Buffer {
  const offsets = [initial, ...changes.map(({ offset }) => offset)];
  const block = (timeBytes: 4 | 8) => {
    const times = changes.map(({ at }) => {
      const bytes = Buffer.alloc(timeBytes);
      if (timeBytes === 4) bytes.writeInt32BE(at);
      else bytes.writeBigInt64BE(BigInt(at));
      return bytes;
    });
    const indexes = Buffer.from(changes.map((_, index) => index + 1));
    const types = offsets.map((offset) => {
      const bytes = Buffer.alloc(6);
      bytes.writeInt32BE(offset);
      return bytes;
    });
    return Buffer.concat([
      header(version, changes.length, offsets.length),
      ...times,
      indexes,
      ...types,
      Buffer.from('X\0'),
    ]);
  };
  return version === 1 ? block(4) : Buffer.concat([block(4), block(8), Buffer.from(`\n${footer}\n`)]);
}

function header(version: 1 | 2, times: number, types: number): Buffer {
  const bytes = Buffer.alloc(44);
  bytes.write(version === 1 ? 'TZif\0' : 'TZif2', 'latin1');
  [0, 0, 0, times, types, 2].forEach((count, index) => bytes.writeUInt32BE(count, 20 + index * 4));
  return bytes;
}
