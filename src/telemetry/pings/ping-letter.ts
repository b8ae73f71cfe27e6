import type { Run, RunOutcome } from '../../runs/run.js';
import { SECOND } from '../../time/duration.js';
import type { Posting } from '../outbound/outbox.js';
import { toldError } from '../told-error.js';

/** To the address itself is a success; these are added to its path otherwise. */
type Kind = '' | '/start' | '/fail';

/** `rid` lets the receiver match start and end. */
function letter(pingUrl: string, kind: Kind, run: Run, text: string): Posting {
  const url = new URL(pingUrl);
  url.pathname = url.pathname.replace(/\/$/, '') + kind;
  url.searchParams.set('rid', run.id);
  return { url: url.href, contentType: 'text/plain; charset=utf-8', body: `${text}\nrun ${run.id}\n` };
}

export function startPing(pingUrl: string, run: Run): Posting {
  return { ...letter(pingUrl, '/start', run, `${run.task} started (${run.trigger})`), passing: true };
}

/** Undefined for a run that goes on later: its end is still to come. */
export function endPing(pingUrl: string, run: Run, status: RunOutcome['status']): Posting | undefined {
  if (status === 'interrupted') return undefined;
  const good = status === 'succeeded' || status === 'partial';
  const parts = [`${run.task} ${status}${durationOf(run)}`];
  if (run.items)
    parts.push(`items: ${run.items.succeeded} succeeded, ${run.items.failed} failed of ${run.items.total}`);
  const reason = run.error ? toldError(run.error) : run.reason;
  if (reason !== null) parts.push(reason);
  return letter(pingUrl, good ? '' : '/fail', run, parts.join('\n'));
}

function durationOf({ durationMs }: Run): string {
  return durationMs === null ? '' : ` after ${durationMs / SECOND} s`;
}
