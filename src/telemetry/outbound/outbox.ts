import { MINUTE, SECOND } from '../../time/duration.js';
import { type Letter, LetterRefusedError } from './outbound-post.js';

/** Pauses before each further try. */
const RETRY_AFTER_MS = [SECOND, 5 * SECOND, 15 * SECOND, MINUTE];
/** The oldest give way: the newest say most. */
const MAX_WAITING = 100;

export interface Posting extends Letter {
  /** Not tried again once another one waits behind it. */
  readonly passing?: boolean;
}

type Send = (letter: Letter, signal: AbortSignal) => Promise<void>;

/** Sends letters to one address in the order of their posting, and again where that failed. */
export class Outbox {
  private readonly waiting: Posting[] = [];
  private readonly closing = new AbortController();
  private readonly givingUp = new AbortController();
  private working: Promise<void> | undefined;

  /** `onLost`: a letter is given up, for this reason. */
  constructor(
    private readonly send: Send,
    private readonly onLost: (error: unknown) => void,
  ) {}

  post(letter: Posting): void {
    if (this.givingUp.signal.aborted) return;
    this.waiting.push(letter);
    if (this.waiting.length > MAX_WAITING) this.waiting.shift();
    this.working ??= this.work();
  }

  /** Sends what waits, without further tries, for at most `timeoutMs`. Never rejects. */
  async close(timeoutMs: number): Promise<void> {
    this.closing.abort();
    const timer = setTimeout(() => this.givingUp.abort(new Error('the worker stops')), timeoutMs);
    await this.working;
    clearTimeout(timer);
  }

  private async work(): Promise<void> {
    while (!this.givingUp.signal.aborted) {
      const letter = this.waiting.shift();
      if (!letter) break;
      await this.deliver(letter);
    }
    this.working = undefined;
  }

  private async deliver(letter: Posting): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        return await this.send(letter, this.givingUp.signal);
      } catch (error) {
        const pause = RETRY_AFTER_MS[tries];
        const final = error instanceof LetterRefusedError && error.final;
        const isLast = pause === undefined || final || this.closing.signal.aborted;
        if (isLast || (letter.passing && this.waiting.length > 0)) return this.onLost(error);
        await rest(pause, this.closing.signal);
      }
    }
  }
}

/** Resolves early when the signal aborts. */
function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, milliseconds);
    signal.addEventListener('abort', wake);
  });
}
