import { useScenario } from './faults/use-scenario.ts';
import { addressOf, OpsClient } from './ops/ops-client.ts';

const TASK = 'process_pending_orders';

interface Told {
  readonly id: string | undefined;
  readonly type: string;
  readonly data: { readonly [key: string]: unknown };
}

/** Reads a stream as a browser does. */
class Reader {
  readonly told: Told[] = [];
  private readonly cancellation = new AbortController();
  private waiting: (() => void) | undefined;
  readonly ended: Promise<void>;

  constructor(response: Response) {
    this.ended = this.read(response).catch(() => undefined);
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<Reader> {
    return new Reader(await fetch(`${url}/api/v1/events`, { headers }));
  }

  async next(fits: (event: Told) => boolean): Promise<Told> {
    for (;;) {
      const found = this.told.find(fits);
      if (found) return found;
      await new Promise<void>((resolve) => (this.waiting = resolve));
    }
  }

  close(): void {
    this.cancellation.abort();
  }

  private async read({ body }: Response): Promise<void> {
    let text = '';
    for await (const part of body!.pipeThrough(new TextDecoderStream(), { signal: this.cancellation.signal })) {
      text += part;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      this.told.push(...blocks.map(parse));
      this.waiting?.();
    }
  }
}

function parse(block: string): Told {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  return { id: field('id'), type: field('event') ?? '', data: JSON.parse(field('data') ?? '{}') as Told['data'] };
}

describe('the stream of events', () => {
  const test = useScenario();

  it('tells of runs, and goes on where it was cut', async () => {
    const url = await addressOf(await test.current.ready());
    const client = new OpsClient(url);
    const reader = await Reader.open(url);
    const { body } = await client.post(`/api/v1/tasks/${TASK}/run`);
    const started = await reader.next(({ type, data }) => type === 'run' && data['status'] === 'running');
    expect(started.data).toMatchObject({ id: body.id, task: TASK });
    reader.close();
    await client.until(`/api/v1/runs/${body.id}`, (answer) => answer.body.finishedAt !== null);

    const resumed = await Reader.open(url, { 'last-event-id': started.id! });
    const finished = await resumed.next(({ data }) => data['status'] === 'succeeded');
    expect(finished.data).toMatchObject({ id: body.id });
    expect(resumed.told.filter(({ id }) => id === started.id)).toEqual([]);
    resumed.close();
  });

  it('says that all has to be read again where it cannot go on', async () => {
    const url = await addressOf(await test.current.ready());
    const reader = await Reader.open(url, { 'last-event-id': 'of-another-process' });
    await reader.next(({ data }) => data['event'] === 'stream.reset');
    reader.close();
  });

  it('is opened five times by one caller, and not six times (security: streams)', async () => {
    const url = await addressOf(await test.current.ready());
    const readers = [];
    for (let count = 0; count < 5; count += 1) readers.push(await Reader.open(url));
    expect((await fetch(`${url}/api/v1/events`)).status).toBe(429);
    for (const reader of readers) reader.close();
  });

  it('ends when the service stops, and holds nothing back (security: streams)', async () => {
    const worker = await test.current.ready();
    const reader = await Reader.open(await addressOf(worker));
    const end = worker.stop();
    await reader.ended;
    expect(await end).toMatchObject({ code: 0 });
  });
});
