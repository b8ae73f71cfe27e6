import { ListRepeatsError } from '../../batch/list.errors.js';
import type { ListedItem } from '../../batch/listed-item.js';
import type { RunList } from '../../batch/page-source.js';

/** A cursor may pass empty pages, and arriving items push known ones to the next: not so far. */
const MAX_BARREN_PAGES = 10;

/** What one run is shown of a list that stays: hands on what is new, and notices endless ones. */
export class StayingReading<Item> {
  private barren = 0;
  /** Pages before this place have been read before. */
  private readBefore = 0;
  private place: number;

  constructor(
    private readonly list: RunList<Item>,
    offset = 0,
  ) {
    this.place = offset;
  }

  /** How many items the pages so far have listed. */
  get offset(): number {
    return this.place;
  }

  /** Goes on at another place of the list. */
  moveTo(offset: number): void {
    this.place = offset;
  }

  identify(page: readonly Item[]): readonly ListedItem<Item>[] {
    return this.list.identify(page, this.place);
  }

  /** What is new in the page. */
  take(listed: readonly ListedItem<Item>[]): readonly ListedItem<Item>[] {
    const { known } = this.list;
    const repeated = listed.find(({ id }) => known.isFromLongAgo(id));
    if (repeated) throw new ListRepeatsError(repeated.id);
    const items = known.newIn(listed);
    const mayBeKnown = listed.length > 0 && this.place < this.readBefore;
    this.barren = items.length > 0 || mayBeKnown ? 0 : this.barren + 1;
    if (this.barren > MAX_BARREN_PAGES) throw new ListRepeatsError(listed[0]?.id ?? 'empty pages');
    this.place += listed.length;
    return items;
  }

  /** As `take`, of a page that a further attempt can begin with. */
  takeFrom(listed: readonly ListedItem<Item>[], cursor?: string | number): readonly ListedItem<Item>[] {
    const place = { offset: this.place, ...(cursor !== undefined && { cursor }) };
    const items = this.take(listed);
    const ids = (page: readonly ListedItem<Item>[]) => page.map(({ id }) => id);
    this.list.known.position.pass(place, ids(listed), ids(items));
    return items;
  }

  /** From the beginning again: the pages that are known already may come once more. */
  beginAgain(): void {
    this.list.beginAgain();
    this.readBefore = this.place;
    this.place = 0;
  }
}
