import type { ZoneOffsets } from './zone-offsets.js';

/** Time during which the clocks of a zone run on without a jump. */
export interface Stretch {
  /** Inclusive. */
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** What to add to an instant to get what the clocks show, as if that were UTC. */
  readonly offset: number;
  /** The offset that was in force just before `start`. */
  readonly offsetBefore: number;
}

/** The clocks of a time zone. Offsets are learnt year by year: asking for one can be slow. */
export class TimeZone {
  private readonly years = new Map<number, readonly Stretch[]>();

  constructor(
    readonly name: string,
    private readonly offsets: ZoneOffsets,
  ) {}

  /** The stretch that an instant lies in. A stretch also ends with the (UTC) year. */
  stretchAt(instant: number): Stretch {
    const year = new Date(instant).getUTCFullYear();
    const stretch = this.stretchesOf(year).find(({ end }) => instant < end);
    if (!stretch) throw new RangeError(`No clock shows ${instant} ms`);
    return stretch;
  }

  private stretchesOf(year: number): readonly Stretch[] {
    const known = this.years.get(year) ?? this.explore(year);
    this.years.set(year, known);
    return known;
  }

  private explore(year: number): readonly Stretch[] {
    const [start, end] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)];
    let offset = this.offsets.offsetAt(start);
    let stretch = { start, end, offset, offsetBefore: this.offsets.offsetAt(start - 1) };
    const stretches = [stretch];
    for (const change of this.offsets.changesBetween(start, end)) {
      if (change.offset === offset) continue;
      stretch.end = change.at;
      stretch = { start: change.at, end, offset: change.offset, offsetBefore: offset };
      stretches.push(stretch);
      offset = change.offset;
    }
    return stretches;
  }
}
