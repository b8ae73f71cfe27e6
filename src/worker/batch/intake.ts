import { TooManyItemsWithoutIdError } from '../../runs/errors.js';
import type { BatchItems } from './batch-items.js';
import type { BatchJournal } from './batch-journal.js';
import type { BatchStop } from './batch-stop.js';
import type { FanOut } from './fan-out.js';
import { type ListedItem, MAX_ITEMS_WITHOUT_ID } from './listed-item.js';
import { Suspects } from './suspects.js';
import type { TroubledItems } from './troubled-items.js';

/** A durable commit stops all else for about 3 ms: one in this time costs 3 % of it. */
const MIN_COMMIT_DISTANCE_MS = 100;
const MAX_PAGES_AHEAD = 10;

export interface IntakeParts<Item> {
  readonly pages: AsyncIterator<readonly ListedItem<Item>[], void, undefined>;
  readonly items: BatchItems;
  readonly troubled: TroubledItems;
  readonly journal: BatchJournal;
  readonly stop: BatchStop;
  /** The ids that the run is limited to; null: all. */
  readonly only: readonly string[] | null;
  /** Items in work at once, at the most. */
  readonly lanes: number;
  /** Never rejects. */
  readonly process: (item: ListedItem<Item>) => Promise<void>;
  /** Undefined where no other process can take any. */
  readonly fanOut: FanOut<Item> | undefined;
  /** Called when something has been read, recorded or processed. */
  readonly onChange: () => void;
}

/**
 * The way of the items from the list to the lanes that process them: pages are read ahead, and an
 * item is on record before it begins.
 */
export class Intake<Item> {
  private readonly lanes: Lanes<ListedItem<Item>>;
  private readonly readAhead = new ReadAhead();
  /** Read, but not on record. */
  private staged: ListedItem<Item>[] = [];
  private readonly suspects = new Suspects<Item>();
  private reading = false;
  private recording = false;
  private ended = false;
  private largestPage = 1;
  /** Those that the run is limited to and that the list has not shown. */
  private readonly missing: Set<string> | null;

  constructor(private readonly parts: IntakeParts<Item>) {
    this.lanes = new Lanes(parts.lanes, parts.process, parts.onChange);
    this.missing = parts.only && new Set(parts.only);
  }

  /** Whether the list has been read to its end. */
  get exhausted(): boolean {
    return this.ended;
  }

  get busy(): boolean {
    const { lanes, reading, recording, staged, parts } = this;
    return lanes.busy || reading || recording || staged.length > 0 || parts.fanOut?.busy === true;
  }

  /** Begins what can begin, and keeps the lanes supplied. */
  advance(): void {
    const { lanes, staged } = this;
    const { fanOut } = this.parts;
    lanes.fill();
    const ahead = lanes.waiting + staged.length;
    const wanted = (staged.length > 0 && lanes.waiting < lanes.count) || fanOut?.mayShare(ahead) === true;
    if ((wanted || this.isRecordDue()) && !this.recording) void this.record();
    // What goes on record now makes room: the next page is read meanwhile.
    const room =
      Math.max(this.readAhead.pages * this.largestPage, fanOut?.appetite ?? 0) - staged.length - lanes.waiting;
    if (!this.reading && !this.ended && room > 0) void this.read();
    if (fanOut?.busy && ahead < lanes.count) void fanOut.takeOne().then((items) => this.stage(items));
  }

  /** Has these tried here, or says why not: what was read, and what others have left. */
  admit(page: readonly ListedItem<Item>[]): void {
    const { items, stop } = this.parts;
    this.largestPage = Math.max(this.largestPage, page.length);
    const tryable = page.filter((item) => this.mayTry(item) && !this.holdsBack(item));
    if (stop.requested) return;
    items.handOut(tryable.map(({ id }) => id));
    this.staged.push(...tryable);
  }

  /** Takes back what has not begun. */
  empty(): readonly ListedItem<Item>[] {
    return [...this.staged.splice(0), ...this.lanes.empty()];
  }

  /** So that a crash repeats no more than that: what has ended since is done again. */
  private isRecordDue(): boolean {
    const { journal, lanes, fanOut } = this.parts;
    const isDue = journal.unrecorded >= lanes || fanOut?.hasUncounted === true;
    return isDue && this.readAhead.mayCommit(performance.now());
  }

  private async read(): Promise<void> {
    this.reading = true;
    try {
      if (this.suspects.areDue) await this.trySuspects();
      const { done, value } = await this.parts.pages.next();
      if (!done) this.admit(value);
      if (done || this.missing?.size === 0) await this.endOfList();
    } catch (error) {
      this.parts.stop.for(error);
    }
    this.reading = false;
    this.parts.onChange();
  }

  private stage(items: readonly ListedItem<Item>[]): void {
    if (items.length === 0) return;
    this.staged.push(...items);
    this.parts.onChange();
  }

  /**
   * An item without a usable id, or in quarantine, fails without being tried. One that the run is
   * not meant for stays in the list.
   */
  private mayTry({ id, fault }: ListedItem<Item>): boolean {
    const { items, troubled, journal } = this.parts;
    if (this.missing && !this.missing.delete(id)) {
      items.leave(id, !fault);
      return false;
    }
    if (fault) {
      journal.refuse(id, fault);
      if (items.withoutId > MAX_ITEMS_WITHOUT_ID) throw new TooManyItemsWithoutIdError(MAX_ITEMS_WITHOUT_ID, fault);
      return false;
    }
    const quarantine = troubled.quarantineOf(id, new Date());
    if (quarantine) journal.setAside(id, quarantine);
    return quarantine === undefined;
  }

  private holdsBack(item: ListedItem<Item>): boolean {
    const { items, troubled } = this.parts;
    if (!troubled.isSuspect(item.id)) return false;
    items.holdBack(item.id);
    this.suspects.add(item);
    return true;
  }

  private async endOfList(): Promise<void> {
    const { items, journal, stop } = this.parts;
    if (this.suspects.areHeldBack) {
      await items.whenIdle();
      await journal.checkpoint([]);
      await this.suspects.whenDue(stop);
      await this.trySuspects();
    }
    this.ended = !this.suspects.areHeldBack;
  }

  /** Each with nothing else in work and itself on record: if the process dies now, this is why. */
  private async trySuspects(): Promise<void> {
    const { items, journal, stop } = this.parts;
    await items.whenIdle();
    while (!stop.requested) {
      const suspect = this.suspects.next();
      if (!suspect) return;
      items.handOut([suspect.id]);
      await journal.checkpointTrial(suspect.id);
      await this.lanes.work(suspect);
    }
  }

  private async record(): Promise<void> {
    const { lanes, staged } = this;
    const { items, journal, stop, fanOut, onChange } = this.parts;
    this.recording = true;
    // What waits for a lane is on record, and may still go to others.
    const waiting = lanes.empty();
    const all = [...waiting, ...staged.splice(0)];
    const own = fanOut?.share(all) ?? all;
    lanes.queueUp(own.slice(0, waiting.length));
    const fresh = own.slice(waiting.length);
    try {
      await journal.checkpoint(items.idsInWork);
      fanOut?.recorded();
      this.readAhead.adapt(performance.now(), fresh.length > 0);
    } catch (error) {
      stop.for(error);
    }
    this.recording = false;
    lanes.queueUp(fresh);
    onChange();
  }
}

/** Processes items that are on record, a fixed number at once. */
export class Lanes<Item> {
  private readonly queue: Item[] = [];
  private running = 0;

  /** `process` never rejects; `onEnd` is called after each item. */
  constructor(
    readonly count: number,
    private readonly process: (item: Item) => Promise<void>,
    private readonly onEnd: () => void,
  ) {}

  /** Items that wait for a lane. */
  get waiting(): number {
    return this.queue.length;
  }

  get busy(): boolean {
    return this.running > 0;
  }

  queueUp(items: readonly Item[]): void {
    this.queue.push(...items);
  }

  /** Begins as many waiting items as there are free lanes. */
  fill(): void {
    while (this.running < this.count && this.queue.length > 0) void this.work(this.queue.shift() as Item);
  }

  /** Processes an item at once. */
  async work(item: Item): Promise<void> {
    this.running++;
    await this.process(item);
    this.running--;
    this.onEnd();
  }

  /** Takes back what has not begun. */
  empty(): readonly Item[] {
    return this.queue.splice(0);
  }
}

/**
 * How many pages to read before what was read is put on record in one commit. A fast list is
 * recorded in larger pieces; a slow one page by page, because what is on record is what a crash is
 * held against.
 */
class ReadAhead {
  private current = 1;
  private lastCommit = -Infinity;

  get pages(): number {
    return this.current;
  }

  /** Whether a commit that only secures what was done is cheap enough now. */
  mayCommit(now: number): boolean {
    return now - this.lastCommit >= MIN_COMMIT_DISTANCE_MS;
  }

  /** Call after each commit, with the time in milliseconds. `paced`: it was there for pages. */
  adapt(now: number, paced: boolean): void {
    const tooSoon = now - this.lastCommit < MIN_COMMIT_DISTANCE_MS;
    this.lastCommit = now;
    if (!paced) return;
    this.current = tooSoon ? Math.min(MAX_PAGES_AHEAD, this.current * 2) : Math.max(1, Math.ceil(this.current / 2));
  }
}
