import { setImmediate } from 'node:timers';

/** Runs of one turn of the event loop that say first that they begin. */
const SAID_FIRST = 20;

/**
 * Writes the log line that a run begins: before the run does, unless very many begin in the same turn. Of these, the
 * later ones begin first: with a thousand lines of 8 µs before it, the last would be late for nothing else.
 */
export class StartLines {
  private begun = 0;

  /** Returns the function that writes the line unless it is written: call it before the run writes any other line. */
  begin(write: () => void): () => void {
    if (this.begun === 0) setImmediate(() => (this.begun = 0));
    if (++this.begun <= SAID_FIRST) {
      write();
      return () => {};
    }
    let written = false;
    const writeOnce = () => {
      if (written) return;
      written = true;
      write();
    };
    setImmediate(writeOnce);
    return writeOnce;
  }
}
