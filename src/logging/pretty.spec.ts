import { Logger } from '@nestjs/common';
import { pino } from 'pino';
import { loadSettings } from '../config/load-settings.js';
import { displayWidth } from '../runs/display-width.js';
import { loggerOptions } from './logger-options.js';
import { prettyInto } from './pretty.js';
import { WorkerLogger } from './worker.logger.js';

const ERROR = {
  name: 'HttpStatusError',
  message: 'POST /api/v1/orders/order-000123/process answered 422: {"error":"the order has no address"}',
  code: 'HTTP_422',
};

describe('a log line for people', () => {
  const lines: string[] = [];
  const settings = loadSettings({ DATA_API_URL: 'http://127.0.0.1:9', LOG_LEVEL: 'trace' });

  async function logged(columns: number | undefined, write: (logger: Logger) => void): Promise<string[]> {
    lines.splice(0);
    const output = { write: (text: string) => void lines.push(...text.trimEnd().split('\n')) };
    const pretty = await prettyInto(output, { colorize: false, columns: () => columns });
    Logger.overrideLogger(new WorkerLogger(pino(loggerOptions(settings), pretty)));
    write(new Logger('process_pending_orders'));
    return [...lines];
  }

  afterAll(() => void Logger.overrideLogger(true));

  const events: [string, (logger: Logger) => void][] = [
    ['of a run that began', (logger) => void logger.log({ msg: 'Run started', trigger: 'schedule', at: '2026-11-23' })],
    [
      'of a run that failed',
      (logger) =>
        logger.error({
          ...{ msg: 'Run failed', status: 'failed', durationMs: 41_200, reason: 'a reason that takes some room' },
          ...{ result: { processed: 997, failed: 3 }, items: { total: 1_000, succeeded: 997, failed: 3, skipped: 0 } },
          error: ERROR,
        }),
    ],
    [
      'of an item that failed',
      (logger) => logger.warn({ msg: 'Item failed', item: 'order-000123', attempts: 3, error: ERROR }),
    ],
    ['of a wide text', (logger) => logger.log({ msg: '注文を処理しました'.repeat(20), item: '🚀'.repeat(200) })],
  ];

  it.each([60, 80, 120, 140].flatMap((columns) => events.map(([kind, write]) => [kind, columns, write] as const)))(
    '%s is one line of at most %i columns',
    async (_, columns, write) => {
      const [line, ...more] = await logged(columns, write);
      expect(more).toEqual([]);
      expect(displayWidth(line ?? '')).toBeLessThanOrEqual(columns);
      expect(displayWidth(line ?? '')).toBeGreaterThan(40);
    },
  );

  it('has 120 columns where no terminal reads it', async () => {
    const [line] = await logged(undefined, (logger) => logger.log('x'.repeat(1_000)));
    expect(displayWidth(line ?? '')).toBe(120);
  });

  it('says what failed in the words of the error, with nothing escaped', async () => {
    const [line] = await logged(200, (logger) => logger.warn({ msg: 'Item failed', item: 'order-1', error: ERROR }));
    expect(line).toMatch(/^\[[\d:.]+\] WARN: process_pending_orders: Item failed {2}item=order-1 {2}HttpStatusError: /);
    expect(line).toContain(ERROR.message);
  });

  it('shows fields by name, and none that is empty or said already', async () => {
    const [line] = await logged(200, (logger) =>
      logger.log({
        msg: 'Run succeeded',
        status: 'succeeded',
        durationMs: 12,
        result: { deletedCount: 4 },
        items: null,
        ids: ['a', 'b'],
      }),
    );
    expect(line).toMatch(/: Run succeeded {2}durationMs=12 result\(deletedCount=4\) ids\(a b\)$/);
  });

  it('is followed by the stack of an error and of its causes, and by nothing else', async () => {
    const error = new TypeError('boom', { cause: new RangeError('the cause') });
    const [line, ...stack] = await logged(120, (logger) => logger.error('Failed', error));
    expect(line).toMatch(/Failed {2}TypeError: boom$/);
    expect(stack[0]).toMatch(/^ {4}at .*pretty\.spec\.ts/);
    expect(stack).toContain('    caused by RangeError: the cause');
    expect(stack.every((frame) => /^ {4}(?:at |caused by )/.test(frame))).toBe(true);
  });
});
