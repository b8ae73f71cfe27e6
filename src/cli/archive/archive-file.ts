import { createReadStream, createWriteStream, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { ArchivedRow } from '../../ledger/ledger-archive.js';
import { WorkerError } from '../../runs/errors.js';

/** Lines: what it is, then each row, then how many there are (docs/reference/archive.md). */
const FORMAT = 'task-worker-ledger';
const VERSION = 1;

/** Rows are far shorter. A file that is no archive may be one line without an end. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

const header = z.object({ format: z.literal(FORMAT), version: z.literal(VERSION), migration: z.string() });
const row = z.strictObject({
  table: z.string(),
  row: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});
const end = z.strictObject({ rows: z.int() });

/** The file is none that can be read or written. Nothing has changed. */
export class ArchiveFileError extends WorkerError {
  override readonly name = 'ArchiveFileError';

  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(`${file} ${problem}`, 'ARCHIVE_FILE', options);
  }
}

/** The file is whole, or not there. Answers how many rows it has. */
export async function writeArchive(file: string, migration: string, rows: AsyncIterable<ArchivedRow>): Promise<number> {
  if (existsSync(file)) throw new ArchiveFileError(file, 'exists already. Name another file, or remove it');
  const part = `${file}.part`;
  let written = 0;
  async function* lines() {
    yield lineOf({ format: FORMAT, version: VERSION, migration, exportedAt: new Date().toISOString() });
    for await (const one of rows) {
      written++;
      yield lineOf(one);
    }
    yield lineOf({ rows: written });
  }
  try {
    // What is on record is for the eyes of the worker's user alone.
    await pipeline(Readable.from(lines()), createWriteStream(part, { mode: 0o600, flush: true }));
    renameSync(part, file);
    return written;
  } catch (error) {
    rmSync(part, { force: true });
    if (!isSystemError(error)) throw error;
    throw new ArchiveFileError(file, `cannot be written (${error.message})`, { cause: error });
  }
}

/** Its rows. Rejects for a file that is none, is not whole, or is newer than `migration`. */
export async function* readArchive(file: string, migration: string): AsyncIterable<ArchivedRow> {
  let place = 0;
  let rows = 0;
  let ended = false;
  for await (const line of linesOf(file)) {
    place++;
    const value = parsed(file, place, line);
    if (place === 1) requireReadable(file, value, migration);
    else if (ended) throw new ArchiveFileError(file, `goes on after its end, in line ${place}`);
    else if (typeof value === 'object' && value !== null && 'rows' in value)
      ended = end.safeParse(value).data?.rows === rows;
    else {
      rows++;
      const read = row.safeParse(value);
      if (!read.success) throw new ArchiveFileError(file, `has no row in line ${place}`);
      yield read.data;
    }
  }
  if (!ended) throw new ArchiveFileError(file, `is not whole: its end is missing after ${rows} rows`);
}

/** Reads it to its end. Rejects as `readArchive` does. */
export async function countRows(file: string, migration: string): Promise<number> {
  const rows = readArchive(file, migration)[Symbol.asyncIterator]();
  let count = 0;
  while (!(await rows.next()).done) count++;
  return count;
}

async function* linesOf(file: string): AsyncIterable<string> {
  // It is read twice, and a pipe would wait for a writer.
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) {
    throw new ArchiveFileError(file, 'is not a regular file');
  }
  const stream = Readable.from(boundedLines(file), { objectMode: false });
  const failed = new Promise<never>((_, reject) => stream.once('error', reject));
  failed.catch(() => undefined);
  const lines = createInterface({ input: stream, crlfDelay: Infinity })[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await Promise.race([lines.next(), failed]);
      if (done === true) return;
      yield value;
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new ArchiveFileError(file, `cannot be read (${error.message})`, { cause: error });
  } finally {
    stream.destroy();
  }
}

/** The bytes of the file, as long as its lines are of a length that can be read. */
async function* boundedLines(file: string): AsyncIterable<Buffer> {
  let open = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    const lastBreak = chunk.lastIndexOf('\n');
    open = lastBreak === -1 ? open + chunk.length : chunk.length - lastBreak - 1;
    if (open > MAX_LINE_BYTES) throw new ArchiveFileError(file, `has a line of more than ${MAX_LINE_BYTES >> 20} MiB`);
    yield chunk;
  }
}

function requireReadable(file: string, value: unknown, migration: string): void {
  const read = header.safeParse(value);
  if (!read.success) throw new ArchiveFileError(file, 'is not an archive that this program can read');
  if (read.data.migration <= migration) return;
  throw new ArchiveFileError(file, `was written by a newer version of this program (${read.data.migration})`);
}

function parsed(file: string, place: number, line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new ArchiveFileError(file, `is not JSON in line ${place}`, { cause: error });
  }
}

function lineOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}
