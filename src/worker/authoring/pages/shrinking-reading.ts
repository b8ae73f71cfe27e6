import { workerErrorIn } from '../../../runs/errors.js';
import { newItems } from '../../batch/known-items.js';
import { ListRepeatsError } from '../../batch/list.errors.js';
import type { ListedItem } from '../../batch/listed-item.js';
import type { RunList } from '../../batch/page-source.js';

/** Pages without anything new that are read beyond what the known items account for. */
const MAX_BARREN_PAGES = 3;

/** Codes of requests that got no answer at all. */
const NO_ANSWER = ['UNREACHABLE', 'REQUEST_TIMEOUT'];

/**
 * Reads a list that loses items while they are processed. Advancing by the page size would skip as
 * many items as have left the list, so each page is read at the number of items that are known to
 * be still in it: those in work, those tried and still pending (`stuck`), and those that pages have
 * shown besides (`beyond`).
 *
 * Reads overlap with work, so an offset can be too large by what has just left the list. What that
 * skips is found later: the list has ended only when everything before its end has been read, with
 * nothing in work, and was known.
 */
export class ShrinkingReading<Item> {
  /** Items in the list besides those in work and stuck: done and still shown, or stepped over. */
  private beyond = 0;
  private barren = 0;
  private offset = 0;
  private hasRead = false;
  private lastReadFailed = false;
  /** By offset, why pages could not be read since the last sweep began. */
  private readonly unread = new Map<number, unknown>();

  constructor(
    private readonly list: RunList<Item>,
    private readonly limit: number,
    private readonly fetch: (offset: number) => Promise<readonly Item[]>,
  ) {}

  async *read(): AsyncGenerator<readonly ListedItem<Item>[], void, undefined> {
    try {
      do yield* this.advance();
      while (yield* this.sweep());
    } catch (error) {
      if (!(error instanceof ListRepeatsError)) throw error;
      this.unread.set(this.offset, error);
    }
    for (const [offset, error] of this.unread) this.list.failPage(offset, error);
  }

  /** Reads on behind the known items until the list ends, or shows nothing new any more. */
  private async *advance(): AsyncGenerator<readonly ListedItem<Item>[], void, undefined> {
    const { known } = this.list;
    for (;;) {
      const { inWork, stuck } = known;
      const offset = inWork + stuck + this.beyond;
      const page = await this.fetchAt(offset);
      const items = page ? this.take(this.list.identify(page, offset)) : [];
      if (items.length > 0) yield items;
      else if (!page) this.beyond += this.limit;
      else if (inWork > 0) await known.whenIdle();
      else if (page.length < this.limit || this.repeatsItself()) return;
      else this.beyond = offset + page.length - stuck;
    }
  }

  /**
   * Reads what lies before the end, with nothing in work, for what the offsets of `advance` have
   * missed. Backwards: items move towards the beginning when others leave, and so cannot slip past.
   * False when it has found nothing.
   */
  private async *sweep(): AsyncGenerator<readonly ListedItem<Item>[], boolean, undefined> {
    if (this.keepsEverything()) return false;
    const { known } = this.list;
    const withoutId = new Map<string, ListedItem<Item>>();
    // Items without an id are counted over the whole list, the last page included.
    let end = known.stuck + this.beyond + (known.withoutId > 0 ? this.limit : 0);
    this.beyond = 0;
    this.barren = 0;
    this.unread.clear();
    while (end > 0) {
      end = Math.max(0, end - this.limit);
      const page = this.list.identify((await this.fetchAt(end)) ?? [], end);
      const items = this.take(page);
      if (items.some(({ fault }) => !fault)) {
        yield items;
        return true;
      }
      for (const listed of page) if (listed.fault) withoutId.set(listed.id, listed);
    }
    const missed = this.missedOf([...withoutId.values()]);
    if (missed.length === 0) return false;
    yield missed;
    return true;
  }

  /** Undefined when the page cannot be read, and others may be. */
  private async fetchAt(offset: number): Promise<readonly Item[] | undefined> {
    this.list.throwIfStopped();
    this.offset = offset;
    try {
      const page = await this.fetch(offset);
      this.hasRead = true;
      this.lastReadFailed = false;
      return page;
    } catch (error) {
      const { endsRun = false, code = '' } = workerErrorIn(error) ?? {};
      const nobodyThere = !this.hasRead && NO_ANSWER.includes(code);
      if (endsRun || nobodyThere || this.lastReadFailed) throw error;
      this.lastReadFailed = true;
      this.unread.set(offset, error);
      return undefined;
    }
  }

  private take(page: readonly ListedItem<Item>[]): readonly ListedItem<Item>[] {
    const { known } = this.list;
    const repeated = page.find(({ id }) => known.isFromLongAgo(id));
    if (repeated) throw new ListRepeatsError(repeated.id);
    const items = newItems(page, known);
    this.barren = items.length > 0 ? 0 : this.barren + 1;
    this.beyond += new Set(page.map(({ id }) => id).filter((id) => known.isDone(id))).size;
    return items;
  }

  /**
   * Of the items without an id, those that have not been handed out. They never leave the list and
   * are known by their content; where that changes, one looks new while its earlier content is
   * gone. So it is their number that counts.
   */
  private missedOf(withoutId: readonly ListedItem<Item>[]): readonly ListedItem<Item>[] {
    const { known } = this.list;
    const number = Math.max(0, withoutId.length - known.withoutId);
    return withoutId.filter(({ id }) => !known.isKnown(id)).slice(0, number);
  }

  /**
   * A list that never lets go of finished items looks new from its beginning once they are too many
   * to remember.
   */
  private keepsEverything(): boolean {
    const { doneForgotten, done } = this.list.known;
    return doneForgotten && this.beyond > done / 2;
  }

  /**
   * A server that answers with the same pages for ever is left after as many as the known items can
   * fill.
   */
  private repeatsItself(): boolean {
    const { stuck, done } = this.list.known;
    return this.barren > Math.ceil((stuck + done) / this.limit) + MAX_BARREN_PAGES;
  }
}
