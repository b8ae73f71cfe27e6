import { type RawBuilder, sql } from 'kysely';

/** Reasons of skipped and missed runs are words of ours, some with details after a colon. */
function countOf(run: string): string {
  const items = (outcome: string) => `coalesce((${run}.items::jsonb ->> '${outcome}')::bigint, 0)`;
  return [
    `${run}.task, ${run}.status, ${run}.trigger`,
    `case when ${run}.status in ('skipped', 'missed') then split_part(coalesce(${run}.reason, ''), ':', 1) else '' end`,
    `1, ${items('succeeded')}, ${items('failed')}, ${items('skipped')}`,
  ].join(', ');
}

const ADD = `on conflict (task, status, trigger, reason) do update set
  runs = run_counts.runs + excluded.runs,
  items_succeeded = run_counts.items_succeeded + excluded.items_succeeded,
  items_failed = run_counts.items_failed + excluded.items_failed,
  items_skipped = run_counts.items_skipped + excluded.items_skipped`;

/** The runs on record are counted by group: one statement may write a row only once. */
const COUNT_RECORDED = `insert into run_counts
  select task, status, trigger, reason, sum(runs), sum(succeeded), sum(failed), sum(skipped)
  from (select ${countOf('runs')} from runs where finished_at is not null)
    as ended (task, status, trigger, reason, runs, succeeded, failed, skipped)
  group by task, status, trigger, reason`;

/** Has the database count each run that ends, in `run_counts`; begins with those on record. */
export const RUN_COUNTING: readonly RawBuilder<unknown>[] = [
  COUNT_RECORDED,
  // With a path of its own it also counts what a person changes, who may look elsewhere for tables.
  `create function count_ended_run() returns trigger language plpgsql set search_path from current as $$
    begin
      insert into run_counts values (${countOf('new')}) ${ADD};
      return null;
    end $$`,
  `create trigger runs_recorded_ended after insert on runs for each row
    when (new.finished_at is not null) execute function count_ended_run()`,
  `create trigger runs_ended after update of finished_at on runs for each row
    when (old.finished_at is null and new.finished_at is not null) execute function count_ended_run()`,
].map((statement) => sql.raw(statement));
