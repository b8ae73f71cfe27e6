const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
export type InterruptingSignal = (typeof SIGNALS)[number];

/**
 * Calls `listener` at the first SIGINT or SIGTERM; a second one ends the process at once, by that
 * signal. Returns the function that puts the usual handling back.
 */
export function onInterruption(listener: (signal: InterruptingSignal) => void): () => void {
  const release = () => {
    for (const signal of SIGNALS) process.off(signal, receive);
  };
  let interrupted = false;
  const receive = (signal: InterruptingSignal) => {
    if (interrupted) {
      release();
      process.kill(process.pid, signal);
      return;
    }
    interrupted = true;
    listener(signal);
  };
  for (const signal of SIGNALS) process.on(signal, receive);
  return release;
}
