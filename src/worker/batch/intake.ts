import { TooManyItemsWithoutIdError } from '../../runs/errors.js';
import type { BatchItems } from './batch-items.js';
import type { BatchJournal } from './batch-journal.js';
import type { BatchStop } from './batch-stop.js';
import type { Lanes } from './lanes.js';
import { type ListedItem, MAX_ITEMS_WITHOUT_ID } from './listed-item.js';
import { ReadAhead } from './read-ahead.js';
import type { TroubledItems } from './troubled-items.js';

export interface IntakeParts<Item> {
  readonly pages: AsyncIterator<readonly ListedItem<Item>[], void, undefined>;
  readonly items: BatchItems;
  readonly troubled: TroubledItems;
  readonly journal: BatchJournal;
  readonly lanes: Lanes<Item>;
  readonly stop: BatchStop;
  /** Called when something has been read or recorded. */
  readonly onChange: () => void;
}

/** Reads pages ahead of the lanes, and puts on record what was read before it is handed to them. */
export class Intake<Item> {
  private readonly readAhead = new ReadAhead();
  /** Read, but not on record. */
  private staged: ListedItem<Item>[] = [];
  private reading = false;
  private recording = false;
  private ended = false;
  private largestPage = 1;

  constructor(private readonly parts: IntakeParts<Item>) {}

  /** Whether the list has been read to its end. */
  get exhausted(): boolean {
    return this.ended;
  }

  get busy(): boolean {
    return this.reading || this.recording || this.staged.length > 0;
  }

  /** Keeps the lanes supplied. */
  supply(): void {
    const { lanes } = this.parts;
    if (this.staged.length > 0 && lanes.waiting < lanes.count && !this.recording) void this.record();
    const ahead = lanes.waiting + this.staged.length;
    if (!this.reading && !this.ended && ahead < this.readAhead.pages * this.largestPage) void this.read();
  }

  /** Takes back what is not on record. */
  empty(): readonly ListedItem<Item>[] {
    return this.staged.splice(0);
  }

  private async read(): Promise<void> {
    this.reading = true;
    try {
      const { done, value } = await this.parts.pages.next();
      if (done) this.ended = true;
      else await this.admit(value);
    } catch (error) {
      this.parts.stop.for(error);
    }
    this.reading = false;
    this.parts.onChange();
  }

  private async admit(page: readonly ListedItem<Item>[]): Promise<void> {
    const { items, troubled, stop } = this.parts;
    this.largestPage = Math.max(this.largestPage, page.length);
    const tryable = page.filter((item) => this.mayTry(item));
    const suspects = tryable.filter(({ id }) => troubled.isSuspect(id));
    for (const suspect of suspects) await this.processAlone(suspect);
    if (stop.requested) return;
    const others = suspects.length > 0 ? tryable.filter((item) => !suspects.includes(item)) : tryable;
    items.handOut(others.map(({ id }) => id));
    this.staged.push(...others);
  }

  /** An item without a usable id, or in quarantine, fails without being tried. */
  private mayTry({ id, fault }: ListedItem<Item>): boolean {
    const { items, troubled, journal } = this.parts;
    if (fault) {
      journal.refuse(id, fault);
      if (items.withoutId > MAX_ITEMS_WITHOUT_ID) throw new TooManyItemsWithoutIdError(MAX_ITEMS_WITHOUT_ID, fault);
      return false;
    }
    const quarantine = troubled.quarantineOf(id, new Date());
    if (quarantine) journal.setAside(id, quarantine);
    return quarantine === undefined;
  }

  /** With nothing else in work and itself on record: if the process dies now, this is why. */
  private async processAlone(suspect: ListedItem<Item>): Promise<void> {
    const { items, journal, lanes, stop } = this.parts;
    await items.whenIdle();
    if (stop.requested) return;
    items.handOut([suspect.id]);
    await journal.checkpoint([suspect.id]);
    await lanes.work(suspect);
  }

  private async record(): Promise<void> {
    const { items, journal, lanes, stop, onChange } = this.parts;
    this.recording = true;
    const staged = this.empty();
    try {
      await journal.checkpoint(items.idsInWork);
      this.readAhead.adapt(performance.now());
    } catch (error) {
      stop.for(error);
    }
    this.recording = false;
    lanes.queueUp(staged);
    onChange();
  }
}
