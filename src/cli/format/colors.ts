import picocolors from 'picocolors';
import type { RunStatus } from '../../runs/run.js';

export type Colors = ReturnType<typeof picocolors.createColors>;
export type Painter = (text: string) => string;

export const NO_COLORS: Colors = picocolors.createColors(false);

/** `NO_COLOR` (no-color.org) wins over `FORCE_COLOR`, and both win over what the stream is. */
export function colorsFor(isTerminal: boolean, environment: NodeJS.ProcessEnv): Colors {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (NO_COLOR) return NO_COLORS;
  if (FORCE_COLOR !== undefined) return picocolors.createColors(!['0', 'false'].includes(FORCE_COLOR));
  return picocolors.createColors(isTerminal && TERM !== 'dumb');
}

export function statusPainter(status: RunStatus, colors: Colors): Painter {
  switch (status) {
    case 'succeeded':
      return colors.green;
    case 'failed':
    case 'timed_out':
      return colors.red;
    case 'partial':
    case 'cancelled':
    case 'interrupted':
      return colors.yellow;
    case 'queued':
    case 'running':
      return colors.cyan;
    case 'skipped':
    case 'missed':
      return colors.dim;
  }
}
