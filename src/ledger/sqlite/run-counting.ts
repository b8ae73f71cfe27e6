import { type RawBuilder, sql } from 'kysely';

/** Reasons of skipped and missed runs are words of ours, some with details after a colon. */
function countOf(run: string): string {
  const reason = `coalesce(${run}.reason, '')`;
  const items = (outcome: string) => `coalesce(${run}.items ->> '${outcome}', 0)`;
  return [
    `${run}.task, ${run}.status, ${run}.trigger`,
    `case when ${run}.status in ('skipped', 'missed')
      then substr(${reason}, 1, instr(${reason} || ':', ':') - 1) else '' end`,
    `1, ${items('succeeded')}, ${items('failed')}, ${items('skipped')}`,
  ].join(', ');
}

const ADD = `on conflict (task, status, trigger, reason) do update set
  runs = runs + excluded.runs,
  items_succeeded = items_succeeded + excluded.items_succeeded,
  items_failed = items_failed + excluded.items_failed,
  items_skipped = items_skipped + excluded.items_skipped`;

const COUNT_NEW = `insert into run_counts values (${countOf('new')}) ${ADD};`;

/** Has the database count each run that ends, in `run_counts`; begins with those on record. */
export const RUN_COUNTING: readonly RawBuilder<unknown>[] = [
  `insert into run_counts select ${countOf('runs')} from runs where finished_at is not null ${ADD}`,
  `create trigger runs_recorded_ended after insert on runs
    when new.finished_at is not null begin ${COUNT_NEW} end`,
  `create trigger runs_ended after update of finished_at on runs
    when old.finished_at is null and new.finished_at is not null begin ${COUNT_NEW} end`,
].map((statement) => sql.raw(statement));
