import { useLoaded } from '../api/loaded';
import type { FailedItem, Page, Run, TaskDetails, TaskOption } from '../api/shapes';
import { FailureSummary, grouped } from '../parts/failure-groups';
import { Empty, Notice } from '../parts/notice';
import { RunTable } from '../parts/run-table';
import { Sparkline } from '../parts/sparkline';
import { State } from '../parts/state';
import { Time } from '../parts/time';
import { duration } from '../parts/words';
import { TaskActs } from './acts';
import { Why } from './why';

export function TaskPage({ params: { name = '' } }: { readonly params: { name?: string } }) {
  const path = `/tasks/${encodeURIComponent(name)}`;
  const task = useLoaded<TaskDetails>(path);
  const runs = useLoaded<Page<Run>>(`/runs?task=${encodeURIComponent(name)}&limit=50`);
  if (!task.data) return <Notice loaded={task} />;
  const { description, schedule, timezone, paused, nextRuns } = task.data;
  const recent = runs.data?.items ?? [];

  return (
    <>
      <Notice loaded={task} />
      <header class="page">
        <h1>{name}</h1>
        {paused ? <span class="state warn">‖ paused</span> : <State status={task.data.status} />}
        <TaskActs of={task.data} />
      </header>
      {paused && (
        <p class="banner warn">
          Paused <Time at={paused.since} /> by <bdi>{paused.actor.name}</bdi>
          {paused.ends ? (
            <>
              , ends <Time at={paused.ends} />
            </>
          ) : (
            ', until resumed'
          )}
          {paused.reason && (
            <>
              : <bdi>{paused.reason}</bdi>
            </>
          )}
        </p>
      )}
      <section class="facts">
        <dl>
          <dt>Due</dt>
          <dd>
            {description} {description !== schedule && <code>{schedule}</code>}{' '}
            {timezone && <small class="muted">{timezone}</small>}
          </dd>
          <dt>Next</dt>
          <dd>
            {nextRuns.length === 0 ? (
              <Time at={task.data.nextRun} absent="not scheduled" />
            ) : (
              <ol class="inline">
                {nextRuns.slice(0, 5).map((at) => (
                  <li key={at}>
                    <Time at={at} />
                  </li>
                ))}
              </ol>
            )}
          </dd>
          <dt>Last good</dt>
          <dd class={task.data.stale ? 'bad-text' : ''}>
            <Time at={task.data.lastSuccessAt} absent="never" />
            {task.data.stale && (
              <>
                {' '}
                · was expected <Time at={task.data.expectedBy} />
              </>
            )}
          </dd>
          <dt>{recent.length === 1 ? 'Last run' : `Last ${recent.length} runs`}</dt>
          <dd>
            <Statistics runs={recent} />
          </dd>
        </dl>
      </section>
      <Failures runs={recent} />
      <Why task={name} />
      <h2>Runs</h2>
      {recent.length === 0 ? (
        <Empty>It has not run yet. Its next slot is shown above; "Run now" does not wait for it.</Empty>
      ) : (
        <>
          <RunTable runs={recent} withTask={false} />
          <p>
            <a href={`/console/runs?task=${name}`}>All runs of {name}</a>
          </p>
        </>
      )}
      <Options of={task.data.options} />
    </>
  );
}

/** What is in force, and what would change it. */
function Options({ of }: { readonly of: readonly TaskOption[] }) {
  return (
    <details>
      <summary>Options in force</summary>
      <table class="options">
        <thead>
          <tr>
            <th scope="col">Option</th>
            <th scope="col">Value</th>
            <th scope="col">Comes from</th>
          </tr>
        </thead>
        <tbody>
          {of.map(({ name, value, source, variable }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td data-label="Value">
                <code>{value}</code>
              </td>
              <td data-label="Comes from">
                {source === 'environment' ? <strong>environment</strong> : 'decorator or class'}{' '}
                {variable && <code class="muted">{variable}</code>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function Statistics({ runs }: { readonly runs: readonly Run[] }) {
  const durations = runs.flatMap(({ durationMs }) => durationMs ?? []).sort((a, b) => a - b);
  const ended = runs.filter(
    ({ status }) => !['queued', 'running', 'skipped', 'missed', 'interrupted'].includes(status),
  );
  const good = ended.filter(({ status }) => status === 'succeeded').length;
  if (durations.length === 0) return <span class="muted">none yet</span>;
  const quantile = (share: number) =>
    durations[Math.min(durations.length - 1, Math.floor(share * durations.length))] ?? 0;
  return (
    <>
      <Sparkline runs={runs.filter(({ durationMs }) => durationMs != null).toReversed()} /> p50{' '}
      {duration(quantile(0.5))}, p95 {duration(quantile(0.95))},{' '}
      {ended.length === 0 ? '–' : `${Math.round((100 * good) / ended.length)} %`} succeeded
    </>
  );
}

/** Of the last run that had any. */
function Failures({ runs }: { readonly runs: readonly Run[] }) {
  const failing = runs.find(({ items }) => (items?.failed ?? 0) > 0);
  return failing ? <FailuresOf run={failing} /> : null;
}

function FailuresOf({ run }: { readonly run: Run }) {
  const items = useLoaded<Page<FailedItem>>(`/runs/${run.id}/items?status=failed`);
  if (!items.data) return null;
  return (
    <>
      <h2>Failures of the last run that had any</h2>
      <ul class="groups">
        {grouped(items.data.items).map((group) => (
          <li key={group.error}>
            <a href={`/console/runs/${run.id}`}>
              <FailureSummary group={group} />
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
