import { nearestName } from './nearest-name.js';

/** Shorter names are too likely to resemble one of ours by chance. */
const MIN_LENGTH = 8;
const MAX_LENGTH = 256;
const MAX_EDITS = 2;

/** What package managers set, and resembles `OPS_TOKEN`. */
const FOREIGN = new Set(['NPM_TOKEN']);

const LINK_TO_SERVICE = /_SERVICE_(?:HOST|PORT(?:_\w+)?)$|_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/;
const LINKED_ADDRESS = /^(?:tcp|udp|sctp):\/\//;

/** The variable that was meant by one that is not read: a slip, or a name in lower case. */
export function meantVariable(variable: string, ours: readonly string[]): string | undefined {
  const capitals = variable.toUpperCase();
  if (ours.includes(capitals)) return capitals;
  if (variable.length < MIN_LENGTH || variable.length > MAX_LENGTH || FOREIGN.has(variable)) return undefined;
  return nearestName(variable, ours, MAX_EDITS);
}

/** What Kubernetes and Docker tell a container of its neighbours: `TASK_WORKER_PORT=tcp://…`. */
export function isServiceLink(variable: string, value: string | undefined): boolean {
  if (variable.length > MAX_LENGTH) return false;
  return LINK_TO_SERVICE.test(variable) || (/_PORT$/.test(variable) && LINKED_ADDRESS.test(value ?? ''));
}
