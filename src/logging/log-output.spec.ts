import { jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogOutput } from './log-output.js';

const MAX_WAITING_BYTES = 64 * 1024;
const LINE = `${'x'.repeat(999)}\n`;
const LINES_OF_A_FULL_PIPE_AND_BUFFER = 1_000;

describe('the output of the log', () => {
  const events = { onDropped: jest.fn(), onRestored: jest.fn() };
  let folder: string;
  let descriptor: number;

  const output = (path: string, flags: number) => {
    descriptor = openSync(path, flags);
    return new LogOutput(descriptor, events, MAX_WAITING_BYTES);
  };
  /** A pipe with this process at both ends. */
  const pipe = () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    return output(path, constants.O_RDWR | constants.O_NONBLOCK);
  };
  const write = (to: LogOutput, lines: number) => {
    for (let line = 0; line < lines; line++) to.write(LINE);
  };

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['performance', 'nextTick'] });
    jest.clearAllMocks();
    folder = mkdtempSync(join(tmpdir(), 'log-output-'));
  });
  afterEach(() => {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
    jest.useRealTimers();
  });

  it('has written a line when the call returns', () => {
    const path = join(folder, 'log');
    output(path, constants.O_CREAT | constants.O_WRONLY).write(LINE);
    expect(readFileSync(path, 'utf8')).toBe(LINE);
  });

  it('drops and counts lines that a full disk has no room for', () => {
    const full = output('/dev/full', constants.O_WRONLY);
    write(full, 2 * (MAX_WAITING_BYTES / LINE.length));
    expect(full.linesDropped).toBeGreaterThanOrEqual(MAX_WAITING_BYTES / LINE.length);
    expect(events.onDropped).toHaveBeenCalledTimes(full.linesDropped);
    expect(events.onRestored).not.toHaveBeenCalled();
    jest.advanceTimersByTime(10_000);
    full.flushSync();
  });

  it('does not wait for a pipe that nobody reads, and tells what was lost once it is read', async () => {
    const blocked = pipe();
    write(blocked, LINES_OF_A_FULL_PIPE_AND_BUFFER);
    const dropped = blocked.linesDropped;
    expect(dropped).toBeGreaterThan(0);
    const received = await readAll(descriptor);
    expect(received).toBe(LINE.repeat(LINES_OF_A_FULL_PIPE_AND_BUFFER - dropped));
    expect(events.onRestored.mock.calls).toEqual([[dropped]]);
    blocked.write(LINE);
    expect(blocked.linesDropped).toBe(dropped);
  });

  it('waits a moment with its last words for a reader that sleeps, and no longer', () => {
    const blocked = pipe();
    write(blocked, LINES_OF_A_FULL_PIPE_AND_BUFFER);
    const begun = performance.now();
    blocked.flushSync();
    expect(performance.now() - begun).toBeGreaterThan(200);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});

/** Reads as a slow reader does, and lets the writer come round in between. */
async function readAll(descriptor: number): Promise<string> {
  const chunks: Buffer[] = [];
  for (let idle = 0; idle < 3; idle++) {
    const chunk = Buffer.alloc(256 * 1024);
    try {
      chunks.push(chunk.subarray(0, readSync(descriptor, chunk)));
      idle = 0;
    } catch {
      // Nothing there at the moment.
    }
    await jest.advanceTimersByTimeAsync(1_000);
  }
  return Buffer.concat(chunks).toString();
}
