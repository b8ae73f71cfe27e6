import type { IncomingMessage } from 'node:http';
import type { Actor } from '../../runs/actor.js';

/** Who sends a request to the ops API. */
export interface Caller extends Actor {
  /** Of the client. */
  readonly address: string;
  /** The cookie it came with; null for bearers of a token and on an open loopback. */
  readonly session: string | null;
}

/** A request that the guard has let in. */
export interface OpsRequest extends IncomingMessage {
  caller?: Caller;
}
