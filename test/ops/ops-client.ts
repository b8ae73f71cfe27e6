import { request } from 'node:http';
import type { WorkerProcess } from '../faults/worker-process.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly body: OpsBody;
}

/** What the answers of different operations have, of what a test looks at. */
interface OpsBody {
  readonly id: string;
  readonly queuedAt: string;
  readonly finishedAt: string | null;
  readonly status: string;
  readonly paused: unknown;
  readonly paths: object;
  readonly items: readonly { readonly id: string; readonly actor: unknown }[];
  readonly next: string | null;
}

interface Ask {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where a started service listens. */
export async function addressOf(worker: WorkerProcess): Promise<string> {
  const [url = ''] = /http:\S*/.exec(String((await worker.log.find('Listening')).msg)) ?? [];
  return url.replace(/0\.0\.0\.0|\[::\]/, '127.0.0.1');
}

/** Any header may be set, `Host` too, which fetch does not allow. */
export class OpsClient {
  constructor(
    readonly url: string,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  with(headers: Readonly<Record<string, string>>): OpsClient {
    return new OpsClient(this.url, { ...this.headers, ...headers });
  }

  get(path: string): Promise<Answer> {
    return this.ask(path);
  }

  post(path: string, body: unknown = {}, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.ask(path, { method: 'POST', body, headers });
  }

  ask(path: string, { method = 'GET', body, headers = {} }: Ask = {}): Promise<Answer> {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const type = sent === undefined ? {} : { 'content-type': 'application/json' };
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const call = request(this.url + path, { method, headers: { ...type, ...this.headers, ...headers } }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => {
        const isJson = /json/.test(response.headers['content-type'] ?? '');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          body: (isJson ? JSON.parse(text) : {}) as OpsBody,
        });
      });
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(sent);
    return promise;
  }

  /** Asks again until the answer fits. */
  async until(path: string, fits: (answer: Answer) => boolean): Promise<Answer> {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const answer = await this.get(path);
      if (fits(answer)) return answer;
      if (Date.now() > deadline) throw new Error(`No answer of ${path} was like that: ${answer.text.slice(0, 2_000)}`);
    }
  }
}
