import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

type Value = { readonly stringValue?: string; readonly intValue?: number | string };

interface Attribute {
  readonly key: string;
  readonly value: Value;
}

export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code?: number; readonly message?: string };
  readonly attributes: readonly Attribute[];
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly CollectedSpan[] }[];
  }[];
}

const PROTOBUF = 'application/x-protobuf';

/** Takes traces over OTLP/HTTP, and notes them: JSON by its spans, protobuf by its bytes alone. */
export class Collector {
  readonly spans: CollectedSpan[] = [];
  readonly resources: Record<string, unknown>[] = [];
  /** What came, as it came. */
  text = '';
  /** It takes requests, and never answers them. */
  hangs = false;
  headers: Readonly<Record<string, unknown>> = {};
  private readonly server: Server = createServer((request, response) => {
    this.headers = request.headers;
    void buffer(request).then((body) => {
      if (this.hangs) return;
      const type = request.headers['content-type'] ?? '';
      this.text += body.toString('latin1');
      response.setHeader('content-type', type);
      if (type === PROTOBUF) return response.end();
      this.take(JSON.parse(body.toString()) as Export);
      return response.end('{}');
    });
  });

  async listen(): Promise<string> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  named(name: string): CollectedSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  private take(body: Export): void {
    for (const { resource, scopeSpans } of body.resourceSpans) {
      this.resources.push(attributesOf(resource));
      this.spans.push(...scopeSpans.flatMap(({ spans }) => spans));
    }
  }
}

export function attributesOf({ attributes }: { readonly attributes: readonly Attribute[] }): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0] as unknown]));
}
