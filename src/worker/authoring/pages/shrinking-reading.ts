import { workerErrorIn } from '../../../runs/errors.js';
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
      for (;;) {
        yield* this.advance();
        const missed = await this.sweep();
        if (missed.length === 0) break;
        yield missed;
      }
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
   */
  private async sweep(): Promise<readonly ListedItem<Item>[]> {
    if (this.keepsEverything()) return [];
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
      if (items.some(({ fault }) => !fault)) return items;
      for (const listed of page) if (listed.fault) withoutId.set(listed.id, listed);
    }
    // These never leave the list and are known by their content. Where that changes, one looks new
    // while its earlier content is gone: so it is their number that counts.
    const missed = Math.max(0, withoutId.size - known.withoutId);
    return known.newIn([...withoutId.values()]).slice(0, missed);
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
    const items = known.newIn(page);
    this.barren = items.length > 0 ? 0 : this.barren + 1;
    this.beyond += new Set(page.map(({ id }) => id).filter((id) => known.isDone(id))).size;
    return items;
  }

  /** With more finished items than can be remembered, such a list looks new from its beginning. */
  private keepsEverything(): boolean {
    const { doneForgotten, done } = this.list.known;
    return doneForgotten && this.beyond > done / 2;
  }

  /** Whether there were more pages without anything new than the known items can fill. */
  private repeatsItself(): boolean {
    const { stuck, done } = this.list.known;
    return this.barren > Math.ceil((stuck + done) / this.limit) + MAX_BARREN_PAGES;
  }
}
