import { Injectable } from '@nestjs/common';
import { CommandLedger } from '../../ledger/command-ledger.js';
import { covers, type Pause } from '../../ledger/pause.js';
import { RunHistory } from '../../ledger/run-history.js';
import { type ScheduleInForce, SlotHistory } from '../../ledger/slot-history.js';
import type { Run } from '../../runs/run.js';
import type { MissedSlots } from '../../runs/run-reasons.js';
import { Clock } from '../../time/clock.js';
import { DAY, MINUTE, SECOND } from '../../time/duration.js';
import type { KnownTask } from '../../worker/registry/registered-task.js';
import { parseSchedule } from '../../worker/schedules/schedule.parser.js';
import type { Schedule } from '../../worker/schedules/schedule.js';
import { pauseJson } from '../pause-json.js';
import { runJson } from '../run-json.js';
import { TaskQueries } from '../task.queries.js';
import type { Evidence, Explanation } from './explanation.js';
import { clockText } from './clock-text.js';
import { notDueSentence } from './not-due.js';
import { type Account, explainRun, missedText } from './run-account.js';

/** What is noticed within this time of being due is only just due. */
const JUST_DUE_MS = 5 * SECOND;
/** For the newest slot: a task is due once in a year at least. */
const MAX_LOOK_BACK_MS = 400 * DAY;

/** Answers why a task ran, or did not, at an instant: from records, schedules and pauses. */
@Injectable()
export class WhyQueries {
  constructor(
    private readonly tasks: TaskQueries,
    private readonly history: SlotHistory,
    private readonly runs: RunHistory,
    private readonly commands: CommandLedger,
    private readonly clock: Clock,
  ) {}

  /** `at` null: the newest slot. Throws a `TaskUnknownError`. The ledger has to be open. */
  async explain(name: string, at: Date | null): Promise<Explanation> {
    const task = this.tasks.get(name);
    const known = await this.history.schedules(name);
    const asked = at ?? (await this.newestSlot(task, known)) ?? this.clock.now();
    const inForce = inForceAt(known, asked);
    const schedule = scheduleOf(task, known, inForce);
    const recorded = await this.history.runFor(name, asked);
    const slot = recorded || isSlot(schedule, asked) ? asked : slotWithinMinute(schedule, asked);
    const account =
      slot === null
        ? await this.withoutSlot(task, asked, schedule, known, inForce)
        : await this.ofSlot(task, slot, recorded ?? (await this.history.runFor(name, slot)));
    const { verdict, sentence, run, pause } = account;
    const since = inForce?.since ?? null;
    const evidence: Evidence[] = [
      ...(schedule ? [{ kind: 'schedule', schedule: schedule.text, timezone: schedule.timezone, since } as const] : []),
      ...(run ? [{ kind: 'run', run: runJson(run) } as const] : []),
      ...(pause ? [{ kind: 'pause', pause: pauseJson(pause) } as const] : []),
    ];
    return { task: name, at: asked, slot, verdict, sentence, evidence };
  }

  /** The newest that is on record, of the last two: the last may have come due this moment. */
  private async newestSlot(task: KnownTask, known: readonly ScheduleInForce[]): Promise<Date | null> {
    const now = this.clock.now();
    const schedule = scheduleOf(task, known, inForceAt(known, now));
    const { slots = [] } = schedule?.between(now.getTime() - MAX_LOOK_BACK_MS, now.getTime(), 2) ?? {};
    const [last, ...before] = slots.map((slot) => new Date(slot)).reverse();
    for (const slot of last ? [last, ...before] : []) if (await this.history.runFor(task.name, slot)) return slot;
    return last ?? null;
  }

  private async withoutSlot(
    task: KnownTask,
    at: Date,
    schedule: Schedule | null,
    known: readonly ScheduleInForce[],
    inForce: ScheduleInForce | null,
  ): Promise<Account> {
    if (task.follows?.length) {
      const caused = await this.causedBefore(task, task.follows, at);
      if (caused) return caused;
    }
    if (schedule) return { verdict: 'not_due', sentence: notDueSentence(task.name, at, schedule, known, inForce) };
    const [first] = known;
    const next = known.find(({ since }) => since > at);
    if (inForce === null && first) {
      const since = clockText(first.since, 'UTC');
      return { verdict: 'unknown', sentence: `The ledger knows the schedule of ${task.name} since ${since} only.` };
    }
    const byHand = task.manualOnly ? 'it runs by hand only' : 'its schedule was off';
    const until = next ? `, until ${clockText(next.since, 'UTC')}` : '';
    return { verdict: 'off', sentence: `${task.name} was not due: ${byHand}${until}.` };
  }

  /** Undefined for a task that has a schedule, too, and has not been caused to run yet. */
  private async causedBefore(task: KnownTask, follows: readonly string[], at: Date): Promise<Account | undefined> {
    const causes = follows.join(' or ');
    const [run] = await this.runs.list({
      ...{ task: task.name, triggers: ['after'], limit: 1 },
      until: new Date(at.getTime() + 1),
    });
    if (run) {
      const account = explainRun(run, run.queuedAt, this.clock.now(), null, undefined);
      return { ...account, sentence: `${account.sentence} It runs after ${causes}: run ${run.after} caused it.` };
    }
    if (task.schedule) return undefined;
    const before = clockText(at, 'UTC');
    const sentence = `${task.name} was not due: it runs after ${causes}, of which no success before ${before} is on record.`;
    return { verdict: 'not_due', sentence };
  }

  private async ofSlot(task: KnownTask, slot: Date, run: Run | null): Promise<Account> {
    const pause = (await this.commands.pauses(slot)).find((held) => covers(held, task.name, slot));
    if (run) {
      const inTheWay = run.reason === 'overlap' || isLate(run, slot) ? await this.history.inTheWayOf(run) : null;
      return explainRun(run, slot, this.clock.now(), inTheWay, pause);
    }
    return slot > this.clock.now() ? this.comingSlot(task, slot, pause) : this.slotWithoutRecord(task, slot, pause);
  }

  private comingSlot({ name, schedule }: KnownTask, slot: Date, pause: Pause | undefined): Account {
    const when = clockText(slot, schedule?.timezone ?? 'UTC');
    if (!pause) return { verdict: 'due', sentence: `${name} is due at ${when}, which is yet to come.` };
    return { verdict: 'paused', sentence: `${name} will skip ${when}: ${pauseText(pause)}.`, pause };
  }

  private async slotWithoutRecord(task: KnownTask, slot: Date, pause: Pause | undefined): Promise<Account> {
    const { name } = task;
    const when = clockText(slot, task.schedule?.timezone ?? 'UTC');
    if (pause) return { verdict: 'paused', sentence: `${name} skipped ${when}: ${pauseText(pause)}.`, pause };
    const after = await this.history.runsAfter(name, slot);
    const summary = after.find((run) => standsFor(run, slot));
    if (summary) {
      const sentence = `${name} missed ${when}: ${missedText(summary.reason)}. One record stands for ${missedSlots(summary)?.slots ?? 'all'} slots.`;
      return { verdict: 'missed', sentence, run: summary };
    }
    if (after.length > 0) {
      return { verdict: 'unknown', sentence: `${name} was due at ${when}; the record of it was pruned.` };
    }
    if (this.clock.now().getTime() - slot.getTime() <= JUST_DUE_MS) {
      return { verdict: 'due', sentence: `${name} is due just now, at ${when}.` };
    }
    const sentence = `${name} was due at ${when}, and no service has been running since: the next one deals with it.`;
    return { verdict: 'missed', sentence };
  }
}

function pauseText({ task, since, ends, reason, actor }: Pause): string {
  const subject = task === null ? 'all tasks were paused' : 'it was paused';
  const end = ends ? `until ${clockText(ends, 'UTC')}` : 'until it is resumed';
  const by = `${actor.name}${reason === null ? '' : ` (${reason})`}`;
  return `${subject} by ${by} at ${clockText(since, 'UTC')} ${end}`;
}

function read(inForce: ScheduleInForce | null): Schedule | null {
  if (inForce === null || inForce.schedule === null || inForce.timezone === null) return null;
  try {
    return parseSchedule(inForce.schedule, inForce.timezone);
  } catch {
    // Of an older version, which read what this one does not.
    return null;
  }
}

function inForceAt(known: readonly ScheduleInForce[], at: Date): ScheduleInForce | null {
  return known.findLast(({ since }) => since <= at) ?? null;
}

/** A task that never had one on record has that of this process. */
function scheduleOf(
  task: KnownTask,
  known: readonly ScheduleInForce[],
  inForce: ScheduleInForce | null,
): Schedule | null {
  return read(inForce) ?? (known.length === 0 ? task.schedule : null);
}

function isSlot(schedule: Schedule | null, at: Date): boolean {
  return schedule?.next(at.getTime() - 1) === at.getTime();
}

/** Who asks for 03:00 means the slot at 03:00:30, too. */
function slotWithinMinute(schedule: Schedule | null, at: Date): Date | null {
  const next = schedule?.next(at.getTime()) ?? Infinity;
  const isWholeMinute = at.getTime() % MINUTE === 0;
  return isWholeMinute && next < at.getTime() + MINUTE ? new Date(next) : null;
}

function isLate({ startedAt }: Run, slot: Date): boolean {
  return startedAt !== null && startedAt.getTime() - slot.getTime() > JUST_DUE_MS;
}

function standsFor(run: Run, slot: Date): boolean {
  const missed = missedSlots(run);
  return missed !== null && new Date(missed.from) <= slot && slot <= new Date(missed.to);
}

/** One record may stand for many slots; older versions have said so in its reason. */
function missedSlots({ result, reason }: Run): (Omit<MissedSlots, 'slots'> & Partial<MissedSlots>) | null {
  const recorded = result as Partial<MissedSlots> | null;
  if (typeof recorded?.from === 'string' && typeof recorded.to === 'string') return recorded as MissedSlots;
  const [, from, to] = /slots? from (\S{20,30}) to (\S{20,30})$/.exec(reason ?? '') ?? [];
  return from === undefined || to === undefined ? null : { from, to };
}
