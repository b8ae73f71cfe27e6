import type { RunProgress } from '../../../ledger/run-ledger.js';
import { workerErrorIn } from '../../../runs/errors.js';
import { type ItemTally, PositionedTally } from '../../batch/item-tally.js';
import type { ListedItem } from '../../batch/listed-item.js';
import type { PageSource, RunList } from '../../batch/page-source.js';
import { StayingReading } from './staying-reading.js';

type ReadPages<Item> = (
  list: RunList<Item>,
  reading: StayingReading<Item>,
) => AsyncGenerator<readonly ListedItem<Item>[], void, undefined>;

/** A list that stays, and in which a further attempt finds the page where the last one was. */
export class PositionedList<Item> implements PageSource<Item> {
  readonly keepsTheRest = false;

  /** What `readPages` throws ends the reading, and counts as a page that cannot be read. */
  constructor(private readonly readPages: ReadPages<Item>) {}

  tally(before: RunProgress | null): ItemTally {
    return new PositionedTally(before);
  }

  async *read(list: RunList<Item>): AsyncGenerator<readonly ListedItem<Item>[], void, undefined> {
    const reading = new StayingReading(list, list.resumeAt?.offset);
    try {
      yield* this.readPages(list, reading);
    } catch (error) {
      const isCutOff = list.context.signal.aborted;
      if (reading.offset === 0 || isCutOff || workerErrorIn(error)?.endsRun) throw error;
      list.failPage(reading.offset, error);
    }
  }
}
