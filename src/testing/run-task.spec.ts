import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { anyAnswer, DataApiClient, path } from '../data-api/index.js';
import { BaseTask, BatchTask, cursorPages, type ItemContext, SECOND, type TaskContext } from '../worker/index.js';
import { cursorList, FakeAnswer, FakeDataApi, runTask } from './index.js';

const page = z.object({ items: z.array(z.object({ id: z.number() })), next: z.string().nullable() });

@Injectable()
class ForwardTask extends BatchTask<{ readonly id: number }> {
  readonly name = 'forward';
  override readonly manualOnly = true;
  readonly pages = cursorPages((cursor) => this.dataApi.get('/events', page, { query: { cursor } }));

  constructor(private readonly dataApi: DataApiClient) {
    super();
  }

  async processItem(_event: unknown, { id }: ItemContext): Promise<void> {
    await this.dataApi.patch(path`/events/${id}`, anyAnswer, { key: `forward:${id}`, body: { forwarded: true } });
  }
}

@Injectable()
class PatientTask extends BaseTask {
  readonly name = 'patient';
  override readonly manualOnly = true;
  override readonly timeout: number = 20 * SECOND;

  async execute({ at, signal }: TaskContext): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      setTimeout(resolve, 10 * SECOND);
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
    return Date.now() - at.getTime();
  }
}

@Injectable()
class StuckTask extends PatientTask {
  override readonly timeout = SECOND;
}

@Injectable()
class ReportTask extends BaseTask {
  readonly name = 'report';
  override readonly after = [ForwardTask];

  async execute({ at, trigger }: TaskContext): Promise<string> {
    return `${trigger} ${at.toISOString()}`;
  }
}

const events = Array.from({ length: 250 }, (_, id) => ({ id }));

function eventsApi(patch: (id: string) => unknown = () => ({})) {
  return new FakeDataApi({
    'GET /events': cursorList(events, { pageSize: 50 }),
    'PATCH /events/:id': ({ params: { id = '' } }) => patch(id),
  });
}

describe('runTask', () => {
  it.each([1, 3, 'end'] as const)('resumes the run in another process after a crash at %s', async (crashAt) => {
    const effects: string[] = [];
    const dataApi = eventsApi((id) => effects.push(id));
    const result = await runTask(ForwardTask, [dataApi.provider], { crashAt });
    expect(result).toHaveSucceeded();
    expect(result.run).toMatchObject({ attempt: 2, items: { total: 250, succeeded: 250, failed: 0 } });
    expect(effects.toSorted((a, b) => Number(a) - Number(b))).toEqual(events.map(({ id }) => String(id)));
  });

  it('refuses a crash at a checkpoint that does not come', async () => {
    const crashed = runTask(ForwardTask, [eventsApi().provider], { crashAt: 1_000 });
    await expect(crashed).rejects.toThrow(/crashAt is 1000, and the run ended after \d+ checkpoints/);
  });

  it.each([undefined, 'end' as const])('has the tasks run that follow, after a crash at %s', async (crashAt) => {
    const at = new Date('2026-01-01T00:00:00.000Z');
    const test = { at, ...(crashAt && { crashAt }) };
    const { run, followers } = await runTask(ForwardTask, [eventsApi().provider, ReportTask], test);
    expect(followers).toMatchObject([{ status: 'succeeded', after: run.id, result: 'after 2026-01-01T00:00:00.000Z' }]);
  });

  it('has no task run that follows a dry run', async () => {
    const { run, followers } = await runTask(ForwardTask, [eventsApi().provider, ReportTask], { dryRun: true });
    expect(run).toMatchObject({ status: 'succeeded', result: { heldBack: 250 } });
    expect(followers).toEqual([]);
  });

  it('runs a task alone that would follow another', async () => {
    const result = await runTask(ReportTask);
    expect(result).toHaveSucceeded();
    expect(result.followers).toEqual([]);
  });

  it('jumps over waits in virtual time', async () => {
    const began = performance.now();
    const { run } = await runTask(PatientTask, [], { virtualTime: true });
    expect(run).toMatchObject({ status: 'succeeded', result: 10 * SECOND, durationMs: 10 * SECOND });
    expect(performance.now() - began).toBeLessThan(5 * SECOND);
    expect(await runTask(StuckTask, [], { virtualTime: true })).toHaveEnded('timed_out', 'TIMED_OUT');
  });

  it('leaves real timers behind', async () => {
    await runTask(PatientTask, [], { virtualTime: true });
    const began = performance.now();
    await sleep(5);
    expect(performance.now() - began).toBeGreaterThan(3);
  });
});

describe('The matchers', () => {
  it('say what came in place of what was expected', async () => {
    const dataApi = eventsApi((id) => (id === '7' ? new FakeAnswer({ message: 'Locked' }, {}, 423) : {}));
    const result = await runTask(ForwardTask, [dataApi.provider]);
    expect(result).toHaveEnded('partial');
    expect(() => expect(result).toHaveSucceeded()).toThrow(/ended as partial\n {2}7: PATCH .*answered 423.*Locked/);
    expect(() => expect(result).toHaveEnded('failed', 'HTTP_500')).toThrow(/as failed with HTTP_500/);
    expect(() => expect(result).not.toHaveEnded('partial')).toThrow();

    expect(dataApi).toHaveReceived('PATCH', '/events/9', { key: 'forward:9', body: { forwarded: true } });
    expect(dataApi).toHaveReceived('GET', '/events', {}, 5);
    expect(dataApi).not.toHaveReceived('PATCH', '/events/9', { key: 'other' });
    expect(() => expect(dataApi).toHaveReceived('PATCH', '/events/900')).toThrow(/came 0 times. Requests:\n.*GET/);
  });
});
