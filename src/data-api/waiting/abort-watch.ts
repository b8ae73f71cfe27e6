/** Learns that a signal has aborted. */
export interface AbortListener {
  /** Must not throw: others are told after it. */
  onAbort(reason: unknown): void;
}

/**
 * Listens to a signal until it aborts or `end` is called. Any number of watches are one listener to
 * the signal.
 *
 * A listener for each would do if one that was removed let go of the one added after it. As it is,
 * a single one that has grown old keeps every later one alive, with the request and the answer
 * behind it, until the old generation is collected: a fifth of the CPU of a request (52 µs against
 * 43, draining 100,000 orders).
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

  /** `AbortSignal.any` and `timeout` make signals that live as long as they have a listener. */
  leave(place: Link<AbortListener>): void {
    place.remove();
    if (this.listeners.isEmpty) this.signal.removeEventListener('abort', this);
  }

  handleEvent(): void {
    for (let next = this.listeners.shift(); next; next = this.listeners.shift()) next.onAbort(this.signal.reason);
  }
}

/**
 * Values in the order in which they came, each of which can leave at any time, at the same cost.
 *
 * A `Set` would do the same, but leaves a trail: V8 links every table that the set has outgrown,
 * contents and all, to the next one. Once one of them is old, everything that was ever in the set
 * lives until the old generation is collected.
 */
export class LinkedList<T> {
  private readonly ring = new Link<T>(undefined);

  constructor() {
    this.ring.next = this.ring;
    this.ring.previous = this.ring;
  }

  get isEmpty(): boolean {
    return this.ring.next === this.ring;
  }

  get first(): T | undefined {
    return this.ring.next?.value;
  }

  /** How many there are, or `most`. */
  count(most: number): number {
    let count = 0;
    for (let link = this.ring.next; link !== this.ring && count < most; link = link?.next) count++;
    return count;
  }

  push(value: T): Link<T> {
    const link = new Link(value);
    const last = this.ring.previous as Link<T>;
    link.previous = last;
    link.next = this.ring;
    last.next = link;
    this.ring.previous = link;
    return link;
  }

  /** Takes out the first. */
  shift(): T | undefined {
    if (this.isEmpty) return undefined;
    const first = this.ring.next as Link<T>;
    first.remove();
    return first.value;
  }
}

/** The place of a value in a `LinkedList`. */
export class Link<T> {
  /** Both undefined when it is in no list, so that a dead link keeps nothing alive. */
  next: Link<T> | undefined;
  previous: Link<T> | undefined;

  constructor(readonly value: T | undefined) {}

  /** Does nothing the second time. */
  remove(): void {
    const { next, previous } = this;
    if (!next || !previous) return;
    previous.next = next;
    next.previous = previous;
    this.next = undefined;
    this.previous = undefined;
  }
}
