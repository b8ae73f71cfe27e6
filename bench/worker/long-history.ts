import { DatabaseSync } from 'node:sqlite';

const TASKS = 50;
const SPAN_MS = 30 * 86_400_000;

/**
 * Fills a ledger that a worker has made with runs of the last 30 days, of 50 tasks: of a hundred,
 * four have failed, one was skipped, one was asked for by hand. Half of them are of ten tasks.
 */
export function fillHistory(path: string, runs: number): void {
  const db = new DatabaseSync(path);
  db.exec('pragma synchronous = off');
  db.prepare(
    `with recursive numbers(n) as (select 0 union all select n + 1 from numbers where n + 1 < :runs),
    facts as (
      select n, :from + cast(n * :step as integer) as at,
        'task_' || (n / 2 % case when n % 2 = 0 then 10 else ${TASKS} end) as task,
        case when n * 7919 % 100 < 4 then 'failed' when n * 7919 % 100 = 50 then 'skipped' else 'succeeded' end as status,
        case when n * 104729 % 100 = 7 then 'manual' else 'schedule' end as trigger
      from numbers
    )
    insert into runs (id, task, "trigger", slot, status, reason, attempt, at, owner, queued_at, started_at,
      finished_at, items, result, error, worked_ms)
    select substr(printf('%012x', at), 1, 8) || '-' || substr(printf('%012x', at), 9, 4) || '-7000-8000-'
        || printf('%012x', n),
      task, trigger, case when trigger = 'schedule' then at * 1000 + n % 1000 end, status,
      case when status = 'skipped' then 'overlap' end, 1, at, null, at, at, at + 40,
      '{"total":10,"succeeded":10,"failed":0,"skipped":0}', '{"processed":10}',
      case when status = 'failed' then
        '{"name":"DataApiError","message":"POST /api/v1/orders answered ' || (500 + n % 7) || '","code":"HTTP_500"}' end,
      40
    from facts`,
  ).run({ runs, from: Date.now() - SPAN_MS, step: SPAN_MS / runs });
  db.exec(`insert or replace into tasks (task, last_run, last_success_finished_at)
    select task, max(id), max(finished_at) from runs group by task`);
  db.exec('analyze');
  db.close();
}

/** The names of the tasks whose history it is. */
export function taskNames(): string[] {
  return Array.from({ length: TASKS }, (_, at) => `task_${at}`);
}
