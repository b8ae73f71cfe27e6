import { useLoaded } from '../api/loaded';
import type { Page, Run, Task } from '../api/shapes';
import { now } from '../parts/clock';
import { Empty, Notice } from '../parts/notice';
import { Outcome } from '../parts/run-table';
import { Sparkline } from '../parts/sparkline';
import { State } from '../parts/state';
import { Time } from '../parts/time';
import { Timeline } from '../parts/timeline';
import { reasonWords } from '../parts/words';

const HOUR = 3_600_000;
/** The newest of the last six hours; a lane with more bars than pixels tells nothing more. */
const MAX_BARS = 500;

export function Overview() {
  const since = new Date(Math.floor((now.value - 6 * HOUR) / 60_000) * 60_000).toISOString();
  const tasks = useLoaded<Page<Task>>('/tasks');
  const runs = useLoaded<Page<Run>>(`/runs?since=${since}&limit=${MAX_BARS}`);
  if (!tasks.data) return <Notice loaded={tasks} />;
  const list = tasks.data.items;
  if (list.length === 0) return <Empty>There is no task yet. `npm run make:task` writes one.</Empty>;

  return (
    <>
      <h1 class="unseen">Overview</h1>
      <Notice loaded={tasks} />
      <Troubles tasks={list} />
      <Timeline tasks={list} runs={runs.data?.items ?? []} />
      <table class="tasks">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Task</th>
            <th scope="col">Due</th>
            <th scope="col">Next</th>
            <th scope="col">Last run</th>
            <th scope="col">Last good</th>
            <th scope="col">Durations</th>
          </tr>
        </thead>
        <tbody>
          {list.map((task) => (
            <TaskRow key={task.name} task={task} runs={runs.data?.items ?? []} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function TaskRow({ task, runs }: { readonly task: Task; readonly runs: readonly Run[] }) {
  const { name, description, timezone, paused, lastRun, nextRun } = task;
  const recent = runs
    .filter((run) => run.task === name && run.durationMs != null)
    .slice(0, 50)
    .reverse();
  return (
    <tr>
      <td>{paused ? <span class="state warn">‖ paused</span> : <State status={task.status} />}</td>
      <th scope="row">
        <a href={`/console/tasks/${name}`}>{name}</a>
      </th>
      <td data-label="Due">
        {description} {timezone && !task.schedule.startsWith('every') && <small class="muted">{timezone}</small>}
      </td>
      <td data-label="Next">{paused ? <Paused ends={paused.ends} /> : <Time at={nextRun} />}</td>
      <td data-label="Last run">
        {lastRun ? (
          <>
            <a href={`/console/runs/${lastRun.id}`}>
              <Time at={lastRun.startedAt ?? lastRun.queuedAt} />
            </a>{' '}
            <Outcome run={lastRun} />
          </>
        ) : (
          <span class="muted">never</span>
        )}
      </td>
      <td data-label="Last good" class={task.stale ? 'bad-text' : ''}>
        <Time at={task.lastSuccessAt} absent="never" />
        {task.stale && ' · overdue'}
      </td>
      <td>
        <Sparkline runs={recent} />
      </td>
    </tr>
  );
}

function Paused({ ends }: { readonly ends: string | null }) {
  return ends ? (
    <>
      pause ends <Time at={ends} />
    </>
  ) : (
    <>paused until resumed</>
  );
}

/** Only what is wrong; nothing at all when nothing is. */
function Troubles({ tasks }: { readonly tasks: readonly Task[] }) {
  const troubled = tasks.filter(
    ({ status, stale }) => stale || status === 'failed' || status === 'timed_out' || status === 'partial',
  );
  if (troubled.length === 0) return null;
  return (
    <section class="troubles" aria-label="What is wrong">
      {troubled.map(({ name, lastRun, stale, lastSuccessAt }) => (
        <p class="banner bad" key={name}>
          <a href={lastRun ? `/console/runs/${lastRun.id}` : `/console/tasks/${name}`}>
            <strong>{name}</strong>
          </a>{' '}
          <bdi class="cut">{lastRun?.error?.message ?? (lastRun?.reason && reasonWords(lastRun.reason)) ?? ''}</bdi>{' '}
          {lastRun?.items && lastRun.items.failed > 0 && (
            <>
              {lastRun.items.failed} failed {lastRun.items.failed === 1 ? 'item' : 'items'}.{' '}
            </>
          )}
          {stale && (
            <>
              Overdue: last good <Time at={lastSuccessAt} absent="never" />.
            </>
          )}
        </p>
      ))}
    </section>
  );
}
