import { setImmediate } from 'node:timers';
import { Burst } from '../../time/burst.js';

/** Runs that begin within this time begin together, in milliseconds: a thousand of them take no longer. */
const TOGETHER = 10;

/** Runs that begin together and say first that they do. */
const SAID_FIRST = 20;

/**
 * Writes the log line that a run begins: before the run does, unless very many begin together. Of these, the
 * later ones begin first: with a thousand lines of 8 µs before it, the last would be late for nothing else.
 */
export class StartLines {
  private readonly burst = new Burst(TOGETHER);

  /** Returns the function that writes the line unless it is written: call it before the run writes any other line. */
  begin(write: () => void): () => void {
    if (this.burst.next() <= SAID_FIRST) {
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
