export interface Told {
  readonly id: string | undefined;
  readonly type: string;
  readonly data: { readonly [key: string]: unknown };
}

/** Reads a stream as a browser does. */
export class EventReader {
  readonly told: Told[] = [];
  private readonly cancellation = new AbortController();
  private waiting: (() => void) | undefined;
  readonly ended: Promise<void>;

  constructor(response: Response) {
    this.ended = this.read(response).catch(() => undefined);
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
    return new EventReader(await fetch(`${url}/api/v1/events`, { headers }));
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
