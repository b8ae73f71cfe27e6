import { Logger } from '@nestjs/common';
import { pino } from 'pino';
import { loadSettings } from '../config/load-settings.js';
import { enterRunScope, type RunScope } from '../worker/execution/run-scope.js';
import { loggerOptions } from './logger-options.js';
import { WorkerLogger } from './worker.logger.js';

const TOKEN = 'a-very-secret-token';

const scope: RunScope = {
  runId: '0193-run',
  task: 'send_reminders',
  attempt: 2,
  slot: new Date('2026-11-23T12:30:00.000Z'),
  signal: new AbortController().signal,
  retry: undefined,
};

describe('a log line', () => {
  const lines: string[] = [];
  const logger = new Logger('Sample');
  const last = (): unknown => JSON.parse(lines.at(-1) ?? 'null');

  beforeAll(() => {
    const settings = loadSettings({ DATA_API_URL: 'http://127.0.0.1:9', DATA_API_TOKEN: TOKEN, LOG_LEVEL: 'info' });
    const destination = { write: (line: string) => void lines.push(line) };
    Logger.overrideLogger(new WorkerLogger(pino(loggerOptions(settings), destination)));
  });

  afterAll(() => {
    Logger.overrideLogger(true);
  });
  beforeEach(() => lines.splice(0));

  it('is one JSON object with level, ISO time, service, context and message', () => {
    logger.log('Hello');
    expect(lines[0]).toMatch(/^\{.*\}\n$/);
    expect(last()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      service: 'task-worker',
      context: 'Sample',
      msg: 'Hello',
    });
  });

  it('carries the run when it is logged anywhere inside one', async () => {
    await enterRunScope(scope, async () => {
      await Promise.resolve();
      logger.log('Working');
    });
    expect(last()).toMatchObject({
      run: '0193-run',
      task: 'send_reminders',
      attempt: 2,
      slot: '2026-11-23T12:30:00.000Z',
      msg: 'Working',
    });
  });

  it('carries no run outside of one', () => {
    logger.log('Idle');
    expect(last()).not.toHaveProperty('run');
  });

  it('takes fields with the message or after it', () => {
    logger.log({ msg: 'Done', succeeded: 3 });
    expect(last()).toMatchObject({ msg: 'Done', succeeded: 3 });
    logger.log('Done', { failed: 1 });
    expect(last()).toMatchObject({ msg: 'Done', failed: 1, context: 'Sample' });
  });

  it('carries an error under err, with its stack, however it was handed over', () => {
    const err = { type: 'TypeError', message: 'boom', stack: expect.stringContaining('TypeError: boom\n') };
    logger.error('Failed', new TypeError('boom'));
    expect(last()).toMatchObject({ level: 'error', msg: 'Failed', err });
    logger.error(new TypeError('boom'));
    expect(last()).toMatchObject({ msg: 'boom', err });
    logger.error('Failed', new TypeError('boom').stack);
    expect(last()).toMatchObject({ msg: 'Failed', err: { stack: err.stack } });
  });

  it('never shows a token: not in a message, not in a field, not in a stack or a cause', () => {
    const error = new Error(`401 for Bearer ${TOKEN}`, { cause: new Error(TOKEN) });
    logger.error(`With ${TOKEN}`, error);
    logger.log('Sent', { url: `http://x/?t=${TOKEN}`, headers: { authorization: 'Basic abc', accept: '*/*' } });
    expect(lines.join('')).not.toContain(TOKEN);
    expect(last()).toMatchObject({ headers: { authorization: '[redacted]', accept: '*/*' } });
  });

  it('is left out below the level, as are the reports of the wiring of modules', () => {
    logger.debug('Detail');
    new Logger('RouterExplorer').log('Mapped {/health/live, GET} route');
    expect(lines).toEqual([]);
    new Logger('RouterExplorer').warn('Duplicate route');
    expect(lines).toHaveLength(1);
  });
});
