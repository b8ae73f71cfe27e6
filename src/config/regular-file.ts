import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Configuration is short. The bound keeps a large file from filling the memory. */
const MAX_BYTES = 64 * 1024;
const WRITABLE_BY_ALL = 0o002;

export interface FileContent {
  readonly content: string;
  /** Every user of the machine may change it. */
  readonly worldWritable: boolean;
}

/** What a file holds, or what is expected of it instead, for a list of problems. */
export function readRegularFile(path: string): FileContent | { readonly expected: string } {
  try {
    // Opening a FIFO would wait for a writer.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return readOpened(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return { expected: `a file that can be read (${(error as NodeJS.ErrnoException).code})` };
  }
}

function readOpened(file: number): ReturnType<typeof readRegularFile> {
  const status = fstatSync(file);
  if (!status.isFile()) return { expected: `a regular file, not ${kindOf(status)}` };
  const buffer = Buffer.alloc(MAX_BYTES + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length <= MAX_BYTES; length += read) {
    read = readSync(file, buffer, length, buffer.length - length, null);
  }
  if (length > MAX_BYTES) return { expected: `a file of at most ${MAX_BYTES / 1024} KiB` };
  return {
    content: buffer.toString('utf8', 0, length),
    worldWritable: (status.mode & WRITABLE_BY_ALL) !== 0,
  };
}

function kindOf(status: ReturnType<typeof fstatSync>): string {
  if (status.isDirectory()) return 'a folder';
  if (status.isFIFO()) return 'a pipe';
  return 'a device';
}
