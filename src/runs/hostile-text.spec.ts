import { Logger } from '@nestjs/common';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { runDetails } from '../cli/run-details.js';
import { NO_COLORS } from '../cli/format/colors.js';
import { printable } from '../cli/format/printable.js';
import { truncate } from './display-width.js';
import { Terminal } from '../cli/terminal.js';
import { ConfigurationError } from '../config/configuration.error.js';
import { readEnvironmentFile } from '../config/environment-file.js';
import { loadSettings } from '../config/load-settings.js';
import { excerpt } from '../data-api/answer/excerpt.js';
import { isTooDeep } from '../data-api/answer/nesting.js';
import { askedPause } from '../data-api/policy/asked-pause.js';
import { usedUpQuota } from '../data-api/policy/quota.js';
import { path } from '../data-api/request/path.js';
import { errorText, itemIdText, resultText } from '../ledger/sql/recorded-text.js';
import { loggerOptions } from '../logging/logger-options.js';
import { prettyInto } from '../logging/pretty.js';
import { WorkerLogger } from '../logging/worker.logger.js';
import { explain } from '../process/explanation.js';
import { itemId } from '../worker/authoring/item-id.js';
import { parseSchedule } from '../worker/schedules/schedule.parser.js';
import { aRun } from '../worker/testing/task-context.fake.js';
import { keptId } from './foreign-text.js';
import { toRunError } from './run-error.js';

const LENGTH = 1_000_000;
const HALF = LENGTH / 2;
/** What Node takes of headers in all. */
const HEADER_LENGTH = 16_000;
/** Of the processor, which a busy machine does not stretch. */
const MAX_CPU_MS = 100;
/** JSON writes the half of a pair as six characters, one by one: 75 to 200 ms a megabyte. */
const MAX_CPU_MS_OF_HALVES_AS_JSON = 1_000;
/** The first finds cold code, and any of them the garbage of others. */
const ATTEMPTS = 3;

const TEXTS: Readonly<Record<string, string>> = {
  blanks: ' ',
  'line breaks': '\n',
  'blank lines': '\r\n \t',
  'one letter': 'a',
  controls: '\u0000\u0007\u007f\u009b',
  bidi: '\u202e\u2066\u200b\ufeff',
  'escape sequences': '\u001b[2J\u001b]0;title\u0007',
  'line separators': '\u2028\u2029\u0085',
  quotes: '"\\',
  'halves of surrogate pairs': '\ud800',
  commas: ',= ',
};

/** 64 Ki characters of a line, each as `\\u001b`, and what is around them. */
const MAX_PRINTED_CHARS = 500_000;

const lines: string[] = [];
const settings = loadSettings({ DATA_API_URL: 'http://127.0.0.1:9', LOG_LEVEL: 'trace' });
const json = new WorkerLogger(pino(loggerOptions(settings), { write: (line) => void lines.push(line) }));
const output = { write: (line: string) => void lines.push(line) };

function logged(write: (logger: WorkerLogger) => void, logger = json): string {
  lines.splice(0);
  write(logger);
  return lines.join('');
}

function printed(print: (terminal: Terminal) => void): string {
  let text = '';
  const stream = { write: (chunk: string) => void (text += chunk) } as unknown as NodeJS.WriteStream;
  print(new Terminal(stream, stream, {}));
  return text;
}

function refused(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return explain(error);
  }
}

const run = (text: string) =>
  aRun({
    status: 'failed',
    reason: toRunError(new Error(text)).message,
    result: JSON.parse(resultText({ [text.slice(HALF)]: text.slice(0, HALF) }) ?? 'null') as unknown,
    error: JSON.parse(errorText({ name: text, message: text, code: text })) as {
      name: string;
      message: string;
      code: string;
    },
  });

/** Where foreign text enters, and comes out again for a reader. */
const PRINTED: Readonly<Record<string, (text: string) => unknown>> = {
  'the message of a log line': (text) => logged((logger) => logger.log(text, 'Sample')),
  'a field of a log line': (text) =>
    logged((logger) => logger.log({ msg: 'x', [text]: text, deep: [{ text }] }, 'Sample')),
  'an error in a log line': (text) => logged((logger) => logger.error('x', new Error(text, { cause: text }), 'Sample')),
  'the stack of a log line': (text) => logged((logger) => logger.error('x', `Error: x\n${text}at`, 'Sample')),
  'the context of a log line': (text) => logged((logger) => logger.warn('x', text)),
  'JSON of a command': (text) => printed((terminal) => terminal.printJson(run(text))),
  'a run that a command shows': (text) =>
    runDetails(run(text), { now: new Date(0), colors: NO_COLORS, width: 80, timeZone: 'UTC' }),
  'a cell of a table': (text) => truncate(printable(text), 20),
  'the excerpt of a body': (text) => excerpt(Buffer.from(text), undefined),
  'an error that ends the process': (text) => explain(new Error(text)),
  'a problem of the configuration': (text) =>
    explain(new ConfigurationError(loadSettings({ DATA_API_URL: text, LOG_LEVEL: text, [text]: text }).problems, null)),
  'a schedule in the environment': (text) => refused(() => parseSchedule(text, text)),
  'a zone in the environment': (text) => refused(() => parseSchedule('0 3 * * *', text)),
  'an id that is refused': (text) => refused(() => itemId({ text })),
};

/** Where it is read, or kept. */
const READ: Readonly<Record<string, (text: string) => unknown>> = {
  'an error': (text) => toRunError(new Error(text)),
  'an item id': (text) => itemIdText(keptId(text)),
  'an id in a path': (text) => refused(() => path`/orders/${text}`),
  'a body': (text) => isTooDeep(text),
  'the header Retry-After': (text) => askedPause({ headers: { 'retry-after': head(text) } } as never),
  'the header RateLimit': (text) => usedUpQuota({ ratelimit: head(text), 'x-ratelimit-remaining': head(text) }),
  'the header Date': (text) => askedPause({ headers: { 'retry-after': '1', date: head(text) } } as never),
  'a file of variables': (text) => {
    const folder = mkdtempSync(join(tmpdir(), 'hostile-text-'));
    writeFileSync(join(folder, '.env'), `LOG_LEVEL=${text}`);
    try {
      return loadSettings({}, readEnvironmentFile([], folder));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

const head = (text: string) => text.slice(0, HEADER_LENGTH);
const cases = (places: Readonly<Record<string, unknown>>) =>
  Object.keys(places).flatMap((place) => Object.keys(TEXTS).map((kind) => [kind, place] as const));
const hostile = Object.fromEntries(
  Object.entries(TEXTS).map(([kind, text]) => [kind, flat(text.repeat(LENGTH / text.length))]),
);

/** In one piece: who first reads a text that was put together pays for it. */
function flat(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

/** Where it is part of a value, which is cut when it is JSON. */
const AS_JSON: readonly string[] = ['JSON of a command', 'a run that a command shows', 'an id that is refused'];

function maxCpuMs(kind: string, place: string): number {
  return kind === 'halves of surrogate pairs' && AS_JSON.includes(place) ? MAX_CPU_MS_OF_HALVES_AS_JSON : MAX_CPU_MS;
}

function timed(kind: string, work: (text: string) => unknown): { value: unknown; cpuMs: number } {
  let value: unknown;
  let cpuMs = Infinity;
  for (let attempt = 0; attempt < ATTEMPTS && cpuMs >= MAX_CPU_MS; attempt += 1) {
    const begun = process.threadCpuUsage();
    value = work(hostile[kind] ?? '');
    const { user, system } = process.threadCpuUsage(begun);
    cpuMs = Math.min(cpuMs, (user + system) / 1_000);
  }
  return { value, cpuMs };
}

describe('1 MB of', () => {
  beforeAll(() => void Logger.overrideLogger(false));

  it.each(cases(PRINTED))('%s as %s is cheap, bounded, and printed as text', (kind, place) => {
    const { value, cpuMs } = timed(kind, PRINTED[place]!);
    expect(cpuMs).toBeLessThan(maxCpuMs(kind, place));
    const text = String(value);
    expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(text.length).toBeLessThan(MAX_PRINTED_CHARS);
  });

  it.each(cases(READ))('%s as %s is cheap', (kind, place) => {
    const { cpuMs } = timed(kind, READ[place]!);
    expect(cpuMs).toBeLessThan(MAX_CPU_MS);
  });

  it.each(Object.keys(TEXTS))('%s in a pretty line is printed as text', async (kind) => {
    const pretty = new WorkerLogger(pino(loggerOptions(settings), await prettyInto(output, { colorize: false })));
    const text = hostile[kind] ?? '';
    const shown = logged((logger) => logger.error({ msg: text, [text]: text, err: new Error(text) }, text), pretty);
    expect(shown).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(shown.length).toBeLessThan(MAX_PRINTED_CHARS);
  });
});

describe('an id of 1 MB', () => {
  it('is kept as its beginning and a hash of the whole', () => {
    const ids = ['a', 'b'].map((end) => keptId(`${'é'.repeat(LENGTH)}${end}`));
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) {
      expect(Buffer.byteLength(id)).toBeLessThanOrEqual(1_024);
      expect(id).toMatch(/^é{400,}…[0-9a-f]{16}$/);
    }
    expect(keptId('x'.repeat(1_024))).toBe('x'.repeat(1_024));
  });
});
