/** A jump of a zone's clocks. Instants are epoch milliseconds, offsets milliseconds east of UTC. */
export interface OffsetChange {
  readonly at: number;
  /** In force from `at` on. */
  readonly offset: number;
}

/** How far the clocks of a zone are from UTC, as some release of the time zone database has it. */
export interface ZoneOffsets {
  offsetAt(instant: number): number;
  /** The changes in (start, end), in order, also of other things, such as the abbreviation. */
  changesBetween(start: number, end: number): readonly OffsetChange[];
}

export const UTC_OFFSETS: ZoneOffsets = {
  offsetAt: () => 0,
  changesBetween: () => [],
};
