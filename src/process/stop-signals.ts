import { constants } from 'node:os';
import { SECOND } from '../time/duration.js';

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
export type StopSignal = (typeof SIGNALS)[number];

/** A terminal and npm both pass Ctrl-C on: a second signal within this time is the same one. */
const SAME_WISH_MS = SECOND;

/**
 * Calls `stop` at the first SIGHUP, SIGINT or SIGTERM, and `insist` at one that comes at least a
 * second later. Returns the function that puts the usual handling back.
 */
function onStopSignal(stop: (signal: StopSignal) => void, insist: (signal: StopSignal) => void): () => void {
  let firstAt: number | undefined;
  const receive = (signal: StopSignal) => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      stop(signal);
    } else if (performance.now() - firstAt >= SAME_WISH_MS) {
      insist(signal);
    }
  };
  for (const signal of SIGNALS) process.on(signal, receive);
  return () => {
    for (const signal of SIGNALS) process.off(signal, receive);
  };
}

/** For a command: a second signal ends the process by that signal, as it would without `stop`. */
export function onInterruption(stop: (signal: StopSignal) => void): () => void {
  const release = onStopSignal(stop, (signal) => {
    release();
    process.kill(process.pid, signal);
  });
  return release;
}

/**
 * For the service, from its first moment on. Until there is something to stop, a signal ends the
 * process with 0; afterwards the first one stops it in order, and a second one ends it with 128 +
 * its number: as process 1 of a container it could not end itself by a signal.
 */
export class StopSignals {
  private stop: (() => Promise<void>) | undefined;

  constructor() {
    onStopSignal(
      () => (this.stop ? void this.stop() : process.exit(0)),
      (signal) => process.exit(128 + constants.signals[signal]),
    );
  }

  /** From now on a signal calls this, which has to end the process itself. */
  onStop(stop: () => Promise<void>): void {
    this.stop = stop;
  }
}
