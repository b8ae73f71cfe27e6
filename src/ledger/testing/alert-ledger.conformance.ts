import { MINUTE } from '../../time/duration.js';
import type { AlertRecord } from '../alert-ledger.js';
import { type SetUp, useLedger } from './ledger-under-test.js';

/** What `AlertLedger` promises. */
export function describeAlertLedger(setUp: SetUp): void {
  const test = useLedger(setUp);

  const anAlert = (changes: Partial<AlertRecord> = {}): AlertRecord => {
    return { rule: 'late', subject: 'a', beganAt: test.clock.now(), details: { text: 'begun' }, ...changes };
  };
  /** What is told, each at once. */
  async function news(): Promise<string[]> {
    const all: string[] = [];
    for (;;) {
      const untold = await test.ledger.alerts.takeUntold(test.clock.now());
      if (!untold) return all;
      all.push(`${untold.alert.rule} ${untold.alert.subject} ${untold.news}`);
      await test.ledger.alerts.told(untold);
    }
  }
  async function endAll(): Promise<void> {
    for (const { id } of await test.ledger.alerts.active()) {
      await test.ledger.alerts.end(id, test.clock.now(), { text: 'over' });
    }
  }

  describe('an alert', () => {
    it('begins once for a rule and a subject', async () => {
      for (let time = 0; time < 2; time++) {
        await test.ledger.alerts.begin(anAlert());
        await test.ledger.alerts.begin(anAlert({ rule: 'failing' }));
        await test.ledger.alerts.begin(anAlert({ subject: 'b' }));
      }
      expect(await news()).toEqual(['late a begin', 'failing a begin', 'late b begin']);
      expect(await test.ledger.alerts.active()).toMatchObject([
        { ...anAlert(), endedAt: null },
        { rule: 'failing' },
        { subject: 'b' },
      ]);
    });

    it('ends once, and may begin again', async () => {
      await test.ledger.alerts.begin(anAlert());
      const [{ id } = { id: 0 }] = await test.ledger.alerts.active();
      expect(await news()).toEqual(['late a begin']);
      await endAll();
      test.clock.advance(MINUTE);
      await test.ledger.alerts.end(id, test.clock.now(), { text: 'over again' });
      expect(await test.ledger.alerts.active()).toEqual([]);
      await test.ledger.alerts.begin(anAlert());
      expect(await news()).toEqual(['late a end', 'late a begin']);
    });

    it('is told with the details of its begin and of its end', async () => {
      await test.ledger.alerts.begin(anAlert());
      await endAll();
      const begin = await test.ledger.alerts.takeUntold(test.clock.now());
      expect(begin).toMatchObject({ news: 'begin' });
      await test.ledger.alerts.told(begin!);
      const end = await test.ledger.alerts.takeUntold(test.clock.now());
      expect(end).toMatchObject({ news: 'end', alert: { details: { text: 'over' }, endedAt: test.clock.now() } });
    });

    it('is told over a restart, begin before end', async () => {
      await test.ledger.alerts.begin(anAlert());
      await endAll();
      await test.restart();
      expect(await news()).toEqual(['late a begin', 'late a end']);
      expect(await news()).toEqual([]);
    });

    it('that is being told is given to nobody else for a minute', async () => {
      await test.ledger.alerts.begin(anAlert());
      expect(await test.ledger.alerts.takeUntold(test.clock.now())).not.toBeNull();
      test.clock.advance(MINUTE - 1);
      expect(await test.ledger.alerts.takeUntold(test.clock.now())).toBeNull();
      test.clock.advance(1);
      expect(await news()).toEqual(['late a begin']);
    });

    it('begins once, and is given to one, however many processes look at the same time', async () => {
      const beside = [await test.under.open('command'), await test.under.open('command')];
      const all = [test.ledger, ...beside].map(({ alerts }) => alerts);
      for (let times = 0; times < 10; times++) {
        await Promise.all(all.map((alerts) => alerts.begin(anAlert())));
        for (const news of ['begin', 'end']) {
          const taken = await Promise.all(all.map((alerts) => alerts.takeUntold(test.clock.now())));
          expect(taken.filter((untold) => untold !== null)).toMatchObject([{ alert: { rule: 'late' }, news }]);
          if (news === 'begin') await endAll();
          await test.ledger.alerts.told(taken.find((untold) => untold !== null)!);
        }
      }
      expect(await news()).toEqual([]);
    });
  });
}
