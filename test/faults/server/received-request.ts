import type { Reply } from './reply.ts';
import type { WireRequest } from './request-reader.ts';

/** A request in the server's log. */
export interface ReceivedRequest extends WireRequest {
  /** Counts from 1 over all connections. */
  readonly number: number;
  /** Which connection brought it, counted from 1. */
  readonly connection: number;
  /** When it was complete, in milliseconds since the epoch. */
  readonly at: number;
  /** The target up to its query, as it was sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly reply: Reply;
}

export function splitTarget(target: string): { readonly path: string; readonly query: URLSearchParams } {
  const mark = target.indexOf('?');
  if (mark < 0) return { path: target, query: new URLSearchParams() };
  return { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) };
}
