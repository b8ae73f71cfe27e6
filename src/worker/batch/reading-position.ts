import type { ListPosition } from '../../ledger/run-ledger.js';

/** About 1 MB, and what one slow item can make a checkpoint carry. */
const MAX_IDS = 10_000;

type Place = Pick<ListPosition, 'offset' | 'cursor'>;

interface ListedPage {
  readonly place: Place;
  ids: readonly string[];
}

/**
 * Where a list has to be read on after a crash: at the oldest page of which an item is not done.
 * One finished page is kept in front of it, by which a list that has changed can be told.
 */
export class ReadingPosition {
  private pages: ListedPage[] = [];
  private listed = 0;
  /** Listed, and not done. */
  private readonly open = new Set<string>();
  /** Done by an earlier attempt, and not listed in this one so far. */
  private readonly doneBefore: Set<string>;

  constructor(private before?: ListPosition) {
    this.doneBefore = new Set(before?.done);
  }

  get isKept(): boolean {
    return this.pages.length > 0;
  }

  /** A page was read at this place. `fresh`: those of its ids that the run has yet to do. */
  pass(place: Place, ids: readonly string[], fresh: readonly string[]): void {
    this.pages.push({ place, ids });
    this.listed += ids.length;
    for (const id of fresh) this.open.add(id);
    for (const id of ids) this.doneBefore.delete(id);
  }

  /** Listed by an earlier attempt, and still in work. */
  expect(ids: readonly string[]): void {
    for (const id of ids) this.open.add(id);
  }

  /** The run is done with the item. */
  settle(id: string): void {
    this.open.delete(id);
  }

  /** Undefined for a list that is read from its beginning again. */
  get current(): ListPosition | undefined {
    this.advance();
    const [oldest] = this.pages;
    if (!oldest) return this.before;
    const ids = this.pages.flatMap((page) => page.ids);
    const firstOpen = ids.findIndex((id) => this.open.has(id));
    const done = [...ids.filter((id) => !this.open.has(id)), ...this.doneBefore].slice(0, MAX_IDS);
    return { ...oldest.place, done, doneAhead: firstOpen < 0 ? ids.length : firstOpen };
  }

  /** Known from an earlier attempt alone. */
  isAwaited(id: string): boolean {
    return this.doneBefore.has(id);
  }

  /** The list is read from its beginning again. */
  beginAgain(): void {
    this.before = { offset: 0, done: this.current?.done ?? [], doneAhead: 0 };
    for (const id of this.before.done) this.doneBefore.add(id);
    this.pages = [];
    this.listed = 0;
  }

  private advance(): void {
    let finished = 0;
    while (finished < this.pages.length - 1 && !this.isOpen(this.pages[finished])) finished++;
    for (const { ids } of this.pages.splice(0, finished - 1)) this.listed -= ids.length;
    if (this.listed > MAX_IDS) this.forget();
  }

  /** An item that takes its time holds the position back: what is done behind it is forgotten. */
  private forget(): void {
    for (const page of this.pages) {
      if (this.listed <= MAX_IDS / 2) break;
      this.listed -= page.ids.length;
      page.ids = page.ids.filter((id) => this.open.has(id));
      this.listed += page.ids.length;
    }
    this.pages = this.pages.filter(({ ids }, index) => index === 0 || ids.length > 0);
  }

  private isOpen(page: ListedPage | undefined): boolean {
    return page?.ids.some((id) => this.open.has(id)) ?? false;
  }
}
