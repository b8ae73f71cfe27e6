import { Logger } from '@nestjs/common';
import { AxiosError } from 'axios';
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

  it('shows of an error under any key what helps, and nothing of its request', () => {
    const config = { auth: { password: 'hunter2-and-more' }, headers: { 'X-Api-Key': 'key-of-the-upstream' } };
    const error = new AxiosError('Request failed', 'ERR_BAD_REQUEST', config as never, { config });
    const shown = { type: 'AxiosError', message: 'Request failed', code: 'ERR_BAD_REQUEST' };
    logger.error({ msg: 'Failed', error, deep: { list: [{ reason: error }] } });
    expect(last()).toMatchObject({ error: shown, deep: { list: [{ reason: shown }] } });
    logger.log('Failed', { cause: new Error('outer', { cause: error }) });
    expect(last()).toMatchObject({ cause: { type: 'Error', cause: shown } });
    expect(lines.join('')).not.toMatch(/hunter2|key-of-the-upstream/);
  });

  it('redacts what stands under the name of a secret at any depth', () => {
    logger.log('Sent', {
      request: { options: [{ headers: { Authorization: 'Basic abc', 'x-api-key': 'k', accept: '*' } }] },
    });
    const headers = { Authorization: '[redacted]', 'x-api-key': '[redacted]', accept: '*' };
    expect(last()).toMatchObject({ request: { options: [{ headers }] } });
    logger.log('Sent', { db: { password: 'p', clientSecret: ['s'], tokens: 3 } });
    expect(last()).toMatchObject({ db: { password: '[redacted]', clientSecret: '[redacted]', tokens: 3 } });
  });

  it('is bounded, and survives whatever the fields hold', () => {
    const ring: Record<string, unknown> = {
      big: 1n,
      bytes: Buffer.alloc(1e6),
      list: Array.from({ length: 1e5 }, () => ({})),
    };
    ring['self'] = ring;
    logger.log('Odd', {
      ring,
      get trap() {
        throw new Error('a trap');
      },
    });
    expect(lines).toHaveLength(1);
    logger.log({ msg: 'Odd', ring });
    expect(last()).toMatchObject({ ring: { big: '1', bytes: '[1000000 bytes]' } });
    expect(lines.join('').length).toBeLessThan(50_000);
  });

  it('is left out below the level, as are the reports of the wiring of modules', () => {
    logger.debug('Detail');
    new Logger('RouterExplorer').log('Mapped {/health/live, GET} route');
    expect(lines).toEqual([]);
    new Logger('RouterExplorer').warn('Duplicate route');
    expect(lines).toHaveLength(1);
  });
});
