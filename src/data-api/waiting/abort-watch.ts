import { type Link, LinkedList } from './linked-list.js';

/** Is told when a signal aborts. */
export interface AbortListener {
  /** Must not throw: others are told after it. */
  onAbort(reason: unknown): void;
}

/** All that listens to one signal, as the one listener that the signal has. */
class Audience {
  private static readonly ofSignals = new WeakMap<AbortSignal, Audience>();
  private readonly listeners = new LinkedList<AbortListener>();

  private constructor(private readonly signal: AbortSignal) {}

  static of(signal: AbortSignal): Audience {
    let audience = Audience.ofSignals.get(signal);
    if (!audience) Audience.ofSignals.set(signal, (audience = new Audience(signal)));
    return audience;
  }

  join(listener: AbortListener): Link<AbortListener> {
    if (this.listeners.isEmpty) this.signal.addEventListener('abort', this, { once: true });
    return this.listeners.push(listener);
  }

  /** Signals made by `AbortSignal.any` and `timeout` are not collected as long as they have a listener. */
  leave(place: Link<AbortListener>): void {
    place.remove();
    if (this.listeners.isEmpty) this.signal.removeEventListener('abort', this);
  }

  handleEvent(): void {
    for (let next = this.listeners.shift(); next; next = this.listeners.shift()) next.onAbort(this.signal.reason);
  }
}

/**
 * Listens to a signal until it aborts or `end` is called. Any number of watches are one listener to the signal.
 *
 * A listener each would do, if one that was removed let go of the one added after it. As it is, a single one that has got
 * old keeps every later one alive, with the request and the answer behind it, until the old generation is collected: a
 * fifth of the CPU of a request (52 µs against 43, draining 100,000 orders).
 */
export class AbortWatch {
  private readonly audience: Audience;
  private readonly place: Link<AbortListener>;

  constructor(signal: AbortSignal, listener: AbortListener) {
    this.audience = Audience.of(signal);
    this.place = this.audience.join(listener);
  }

  /** Does nothing the second time. */
  end(): void {
    this.audience.leave(this.place);
  }
}
