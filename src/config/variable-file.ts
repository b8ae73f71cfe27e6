import { closeSync, openSync, readSync } from 'node:fs';

/** Secrets are short. The bound keeps a path such as /dev/zero from filling the memory. */
const MAX_BYTES = 64 * 1024;

/** What `X_FILE` names, trimmed, or what is expected of the file instead. */
export function readVariableFile(path: string): { readonly content: string } | { readonly expected: string } {
  try {
    const bytes = readAtMost(path, MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) return { expected: `a file of at most ${MAX_BYTES / 1024} KiB` };
    const content = bytes.toString('utf8').trim();
    return content ? { content } : { expected: 'a file that is not empty' };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { expected: `a file that can be read (${code})` };
  }
}

function readAtMost(path: string, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  const file = openSync(path, 'r');
  try {
    let filled = 0;
    for (let read = -1; read !== 0 && filled < length; filled += read) {
      read = readSync(file, buffer, filled, length - filled, null);
    }
    return buffer.subarray(0, filled);
  } finally {
    closeSync(file);
  }
}
