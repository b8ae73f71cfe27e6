import type { Pause } from '../../ledger/pause.js';
import type { Execution, RunClaim } from '../../ledger/run-ledger.js';
import { aCheckpoint, manualClaim, missedClaim, slotClaim, start } from '../../ledger/testing/claims.js';
import { MemoryLedger } from '../../ledger/testing/memory/memory-ledger.js';
import type { RunOutcome } from '../../runs/run.js';
import { MINUTE, SECOND } from '../../time/duration.js';
import type { KnownTask } from '../../worker/registry/registered-task.js';
import type { TaskCatalogue } from '../../worker/registry/task-catalogue.js';
import { parseSchedule } from '../../worker/schedules/schedule.parser.js';
import { TaskQueries } from '../task.queries.js';
import type { Verdict } from './explanation.js';
import { WhyQueries } from './why.queries.js';

const TASK = 'report';
const ANNA = { name: 'anna', role: 'operator', via: 'cli' } as const;

const today = (time: string) => new Date(`2026-11-23T${time}Z`);

/** A worker whose past a test tells in the order of the clock. */
class Past {
  ledger: MemoryLedger;
  task: KnownTask;
  private now = today('06:00');
  private readonly clock = { now: () => this.now };

  constructor() {
    this.ledger = new MemoryLedger(this.clock);
    this.task = this.scheduled('every 1h', 'UTC');
  }

  at(time: string): this {
    this.now = today(time);
    return this;
  }

  async adopt(schedule: string | null, timezone = 'UTC'): Promise<void> {
    this.task = schedule === null ? { ...this.task, schedule: null } : this.scheduled(schedule, timezone);
    const entries = schedule === null ? [] : [{ task: TASK, schedule, timezone }];
    await this.ledger.schedules.adopt(entries, this.now, () => []);
  }

  /** A service that ends without a word, and one that takes over from it. */
  async takeOver(): Promise<void> {
    const next = this.ledger.beside('service');
    this.ledger.end();
    this.ledger = next;
    await this.ledger.runs.takeOver((orphans) => orphans);
  }

  begin(claim: Partial<RunClaim> = {}): Promise<Execution> {
    return start(this.ledger.runs, slotClaim(TASK, this.now, claim));
  }

  async run(slot: string, end: string, outcome: RunOutcome, items?: [total: number, failed: number]): Promise<void> {
    const execution = await this.at(slot).begin();
    const [total = 0, failed = 0] = items ?? [];
    const counts = items ? { total, succeeded: total - failed, failed, skipped: 0 } : null;
    await this.at(end).ledger.runs.finish(execution, outcome, aCheckpoint({ items: counts }));
  }

  async pause(task: string | null, until: string | null, reason: string | null = null): Promise<void> {
    const command = { action: 'pause', task, until: until === null ? null : today(until) } as const;
    await this.ledger.commands.perform({ command, actor: ANNA, address: null, reason, idempotencyKey: null });
  }

  why(at: string | null) {
    const registry = { find: () => this.task, all: () => [this.task] } as unknown as TaskCatalogue;
    const { history, commands, slots } = this.ledger;
    const tasks = new TaskQueries(registry, history, commands, this.clock);
    return new WhyQueries(tasks, slots, history, commands, this.clock).explain(TASK, at === null ? null : today(at));
  }

  private scheduled(schedule: string, timezone: string): KnownTask {
    return { name: TASK, timeout: MINUTE, manualOnly: false, schedule: parseSchedule(schedule, timezone) };
  }
}

const error = (code: string) => ({ name: 'E', message: 'no answer', code });

type Case = [
  what: string,
  at: string | null,
  verdict: Verdict,
  sentence: string | RegExp,
  tell: (past: Past) => unknown,
];

const CASES: Case[] = [
  [
    'a run on time',
    '09:00',
    'ran',
    'report at 2026-11-23 09:00:00 UTC ran on time, and succeeded.',
    (past) => past.run('09:00', '09:01', { status: 'succeeded' }),
  ],
  [
    'a run that failed',
    '09:00',
    'ran',
    /ran on time, and failed: no answer \(HTTP_500\)\.$/,
    (past) => past.run('09:00', '09:01', { status: 'failed', error: error('HTTP_500') }),
  ],
  [
    'a run with failed items',
    '09:00',
    'ran',
    /ran on time, and 3 of its 10 items failed\.$/,
    (past) => past.run('09:00', '09:01', { status: 'partial' }, [10, 3]),
  ],
  [
    'a run past its deadline',
    '09:00',
    'ran',
    /ran on time, and timed out: no answer \(TIMED_OUT\)\.$/,
    (past) => past.run('09:00', '09:01', { status: 'timed_out', error: error('TIMED_OUT') }),
  ],
  [
    'a run that somebody cancelled',
    '09:00',
    'ran',
    /ran on time, and was cancelled: a mistake\.$/,
    (past) => past.run('09:00', '09:01', { status: 'cancelled', reason: 'a mistake' }),
  ],
  [
    'a run that waited for another',
    '09:00',
    'late',
    /ran 2m late: it waited for run \S{36}, and succeeded\.$/,
    async (past) => {
      const active = await start(past.at('08:59').ledger.runs, manualClaim(TASK));
      await past.at('09:00').ledger.runs.claim([slotClaim(TASK, today('09:00'), { overlap: 'queue' })]);
      await past.at('09:02').ledger.runs.finish(active, { status: 'succeeded' });
      const execution = await past.ledger.runs.startNext(TASK);
      await past.at('09:03').ledger.runs.finish(execution!, { status: 'succeeded' });
    },
  ],
  [
    'a run that was caught up',
    '09:00',
    'late',
    /ran 90m late: it was caught up after nobody had looked at it in time, and succeeded\.$/,
    async (past) => {
      const claim = slotClaim(TASK, today('09:00'), { trigger: 'catch_up', at: null });
      const execution = await start(past.at('10:30').ledger.runs, claim);
      await past.at('10:31').ledger.runs.finish(execution, { status: 'succeeded' });
    },
  ],
  [
    'a run that was taken over',
    '09:00',
    'ran',
    /ran on time, in attempt 2 on \S+, as the process before it had ended, and succeeded\.$/,
    async (past) => {
      await past.at('09:00').begin();
      await past.at('09:05').takeOver();
      const run = await past.ledger.slots.runFor(TASK, today('09:00'));
      const execution = { run: run!, at: today('09:00'), lastSuccess: null, resume: null, only: null };
      const more = { attemptBeganAt: today('09:05'), workedMs: 0 };
      await past.at('09:06').ledger.runs.finish({ ...execution, ...more }, { status: 'succeeded' });
    },
  ],
  [
    'a run that a deploy has interrupted',
    '09:00',
    'running',
    /was interrupted \(shutdown\): it resumes with the next start of a service\.$/,
    (past) => past.run('09:00', '09:01', { status: 'interrupted', reason: 'shutdown' }),
  ],
  [
    'a run that goes on',
    '09:00',
    'running',
    /is running since 5m\.$/,
    async (past) => {
      await past.at('09:00').begin();
      past.at('09:05');
    },
  ],
  [
    'a run that waits for its turn',
    '09:00',
    'waiting',
    /waits for its turn since 2m\.$/,
    async (past) => {
      await start(past.at('08:59').ledger.runs, manualClaim(TASK));
      await past.at('09:00').ledger.runs.claim([slotClaim(TASK, today('09:00'), { overlap: 'queue' })]);
      past.at('09:02');
    },
  ],
  [
    'a slot that found its task active',
    '09:00',
    'skipped',
    /was skipped: run \S{36}, started 2026-11-23 08:59:00 UTC, was still active\.$/,
    async (past) => {
      const active = await start(past.at('08:59').ledger.runs, manualClaim(TASK));
      await past.at('09:00').ledger.runs.claim([slotClaim(TASK, today('09:00'))]);
      await past.at('09:10').ledger.runs.finish(active, { status: 'succeeded' });
    },
  ],
  [
    'a slot of a paused task',
    '09:00',
    'paused',
    /was skipped: the task was paused by anna \(the API moves\)\.$/,
    async (past) => {
      await past.at('08:00').pause(TASK, '10:00', 'the API moves');
      await past.at('09:00').ledger.runs.claim([slotClaim(TASK, today('09:00'))]);
      past.at('12:00');
    },
  ],
  [
    'a slot while all was paused',
    '09:00',
    'paused',
    /was skipped: all tasks were paused by anna\.$/,
    async (past) => {
      await past.at('08:00').pause(null, null);
      await past.at('09:00').ledger.runs.claim([slotClaim(TASK, today('09:00'))]);
    },
  ],
  [
    'a slot of a pause while no service ran',
    '09:00',
    'paused',
    'report skipped 2026-11-23 09:00:00 UTC: it was paused by anna at 2026-11-23 08:00:00 UTC until it is resumed.',
    async (past) => {
      await past.at('08:00').pause(TASK, null);
      past.at('12:00');
    },
  ],
  [
    'a slot while the worker was down',
    '09:00',
    'missed',
    /was missed: the worker was not running\.$/,
    (past) => past.at('11:00').ledger.runs.claim([missedClaim(TASK, today('09:00'), 'down')]),
  ],
  [
    'a slot that was noticed too late, as by a clock that jumped',
    '09:00',
    'missed',
    /was missed: it was noticed too late\.$/,
    (past) => past.at('11:00').ledger.runs.claim([missedClaim(TASK, today('09:00'), 'late')]),
  ],
  [
    'a slot of a schedule that was replaced before it was looked at',
    '09:00',
    'missed',
    /was missed: its schedule was replaced before it was looked at\.$/,
    (past) => past.at('11:00').ledger.runs.claim([missedClaim(TASK, today('09:00'), 'schedule_changed')]),
  ],
  [
    'a slot that one record stands for, with others',
    '08:00',
    'missed',
    'report missed 2026-11-23 08:00:00 UTC: the worker was not running. One record stands for 3 slots.',
    (past) => {
      const result = { slots: 3, from: '2026-11-23T08:00:00.000Z', to: '2026-11-23T10:00:00.000Z' };
      const record = { status: 'missed', reason: 'down', result } as const;
      return past.at('11:00').ledger.runs.claim([slotClaim(TASK, today('10:00'), { record })]);
    },
  ],
  [
    'a slot of many, as an older version has recorded them',
    '08:00',
    'missed',
    /missed 2026-11-23 08:00:00 UTC: noticed too late: 3 slots from .*10:00:00\.000Z\. One record stands for all/,
    (past) => {
      const reason = 'noticed too late: 3 slots from 2026-11-23T08:00:00.000Z to 2026-11-23T10:00:00.000Z';
      return past.at('11:00').ledger.runs.claim([missedClaim(TASK, today('10:00'), reason)]);
    },
  ],
  [
    'a slot that was more than are caught up',
    '09:00',
    'missed',
    /was missed: more slots were missed than are caught up\.$/,
    (past) => past.at('11:00').ledger.runs.claim([missedClaim(TASK, today('09:00'), 'catch_up_bound')]),
  ],
  [
    'a slot that no service has looked at',
    '09:00',
    'missed',
    /was due at 2026-11-23 09:00:00 UTC, and no service has been running since: the next one deals with it\.$/,
    (past) => past.at('11:00'),
  ],
  [
    'a run whose upstream was down',
    '09:00',
    'upstream_down',
    /ran on time, and failed: no answer \(UNREACHABLE\)\.$/,
    (past) => past.run('09:00', '09:01', { status: 'failed', error: error('UNREACHABLE') }),
  ],
  [
    'a slot that was skipped for its upstream',
    '09:00',
    'upstream_down',
    /was skipped: its upstream was down\.$/,
    (past) => {
      const record = { status: 'skipped', reason: 'upstream_down' } as const;
      return past.at('09:00').ledger.runs.claim([slotClaim(TASK, today('09:00'), { record })]);
    },
  ],
  [
    'an instant while the schedule was off',
    '09:00',
    'off',
    'report was not due: its schedule was off, until 2026-11-23 10:00:00 UTC.',
    async (past) => {
      await past.at('08:30').adopt(null);
      await past.at('10:00').adopt('every 1h');
    },
  ],
  [
    'an instant between two slots',
    '09:30',
    'not_due',
    'report was not due at 2026-11-23 09:30:00 UTC: it is due every hour, here at 2026-11-23 09:00:00 UTC and 2026-11-23 10:00:00 UTC.',
    (past) => past.at('11:00'),
  ],
  [
    'an instant that was read in the wrong zone',
    '07:00',
    'not_due',
    /not due at 2026-11-23 08:00:00 Europe\/Berlin: .* You may mean 2026-11-23 07:00:00 Europe\/Berlin, which is 2026-11-23 06:00:00 UTC\.$/,
    async (past) => {
      await past.at('05:00').adopt('0 7 * * *', 'Europe/Berlin');
      past.at('12:00');
    },
  ],
  [
    'an instant of a schedule that was replaced',
    '09:00',
    'not_due',
    /when its schedule was 30 \* \* \* \*: every 1h, which is due then, was replaced at 2026-11-23 08:10:00 UTC\.$/,
    async (past) => {
      await past.at('08:10').adopt('30 * * * *');
      past.at('12:00');
    },
  ],
  [
    'an instant of a schedule that came later',
    '09:30',
    'not_due',
    /when its schedule was every 1h: 30 \* \* \* \*, which is due then, came into force at 2026-11-23 10:10:00 UTC\.$/,
    async (past) => {
      await past.at('10:10').adopt('30 * * * *');
      past.at('12:00');
    },
  ],
  [
    'an instant from before the ledger',
    '05:00',
    'unknown',
    'The ledger knows the schedule of report since 2026-11-23 06:00:00 UTC only.',
    (past) => past.at('12:00'),
  ],
  [
    'a slot whose record was pruned',
    '07:00',
    'unknown',
    /was due at 2026-11-23 07:00:00 UTC; the record of it was pruned\.$/,
    (past) => past.run('09:00', '09:01', { status: 'succeeded' }),
  ],
  [
    'a slot to come',
    '15:00',
    'due',
    'report is due at 2026-11-23 15:00:00 UTC, which is yet to come.',
    (past) => past.at('12:00'),
  ],
  [
    'a slot to come in a pause',
    '15:00',
    'paused',
    /will skip 2026-11-23 15:00:00 UTC: it was paused by anna at 2026-11-23 12:00:00 UTC until 2026-11-23 16:00:00 UTC/,
    (past) => past.at('12:00').pause(TASK, '16:00'),
  ],
  ['a slot that is due this moment', '09:00', 'due', /is due just now/, (past) => past.at('09:00:02')],
  [
    'the newest slot, where no instant is named',
    null,
    'ran',
    /09:00:00 UTC ran on time/,
    (past) => past.run('09:00', '09:59', { status: 'succeeded' }),
  ],
  [
    'the newest slot on record, where another comes due this moment',
    null,
    'ran',
    /09:00:00 UTC ran on time/,
    async (past) => {
      await past.run('09:00', '09:10', { status: 'succeeded' });
      past.at('10:00:01');
    },
  ],
  [
    'a slot within the minute that is named',
    '09:00',
    'ran',
    /09:00:30 UTC ran on time/,
    async (past) => {
      await past.at('08:00').adopt('30 0 * * * *');
      await past.run('09:00:30', '09:01', { status: 'succeeded' });
    },
  ],
];

describe('why a task ran, or did not', () => {
  let past: Past;

  beforeEach(async () => {
    past = new Past();
    await past.adopt('every 1h');
  });

  it.each(CASES)('is told of %s', async (_, at, verdict, sentence, tell) => {
    await tell(past);
    const explained = await past.why(at);
    expect(explained.verdict).toBe(verdict);
    expect(explained.sentence).toEqual(typeof sentence === 'string' ? sentence : expect.stringMatching(sentence));
  });

  it('is told of a task that runs by hand only', async () => {
    const byHand = new Past();
    byHand.task = { ...byHand.task, schedule: null, manualOnly: true };
    expect(await byHand.why('09:00')).toMatchObject({
      verdict: 'off',
      sentence: 'report was not due: it runs by hand only.',
    });
  });

  it('rests on the schedule of then, the run, and the pause', async () => {
    await past.at('08:00').pause(TASK, '10:00');
    await past.at('09:00').ledger.runs.claim([slotClaim(TASK, today('09:00'))]);
    const { evidence, slot, at } = await past.why('09:00');
    expect([slot, at]).toEqual([today('09:00'), today('09:00')]);
    const pause: Partial<Pause> = { since: today('08:00'), ends: today('10:00'), actor: ANNA };
    expect(evidence).toEqual([
      { kind: 'schedule', schedule: 'every 1h', timezone: 'UTC', since: today('06:00') },
      { kind: 'run', run: expect.objectContaining({ status: 'skipped', reason: 'paused' }) },
      { kind: 'pause', pause: expect.objectContaining(pause) },
    ]);
  });

  it('is told within a second', async () => {
    await past.at('06:01').adopt('every 100ms');
    past.at('12:00');
    const from = performance.now();
    await past.why('09:00:00.05');
    expect(performance.now() - from).toBeLessThan(SECOND);
  });

  describe('of a task that runs after another', () => {
    async function chained(): Promise<Past> {
      const past = new Past();
      past.task = { ...past.task, schedule: null, follows: ['import_orders'] };
      return past;
    }

    it('names the run that caused it', async () => {
      const past = await chained();
      const cause = await start(past.at('07:00').ledger.runs, slotClaim('import_orders', today('07:00')));
      await past.ledger.runs.finish(cause, { status: 'succeeded' }, aCheckpoint(), [TASK]);
      const execution = await past.ledger.runs.startNext(TASK);
      await past.at('07:05').ledger.runs.finish(execution!, { status: 'succeeded' });
      const { verdict, sentence, evidence } = await past.why('08:00');
      expect(verdict).toBe('ran');
      expect(sentence).toContain(`It runs after import_orders: run ${cause.run.id} caused it.`);
      expect(evidence).toMatchObject([{ kind: 'run', run: { trigger: 'after', after: cause.run.id } }]);
    });

    it('says that nothing has caused it', async () => {
      const { verdict, sentence } = await (await chained()).why('08:00');
      expect(verdict).toBe('not_due');
      expect(sentence).toMatch(/not due: it runs after import_orders, of which no success before .*08:00/);
    });
  });
});
