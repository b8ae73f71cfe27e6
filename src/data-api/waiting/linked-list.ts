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

/**
 * Values in the order in which they came, each of which can leave at any time, at the same cost.
 *
 * A `Set` would do the same, but leaves a trail: V8 links every table that the set has outgrown, contents and all, to the
 * next one. Once one of them is old, all that have ever been in the set live until the old generation is collected.
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
