import { useState } from 'preact/hooks';
import { useLoaded } from '../api/loaded';
import type { FailedItem, Page, Run } from '../api/shapes';
import { FailureSummary, grouped } from '../parts/failure-groups';
import { Notice } from '../parts/notice';
import { ProgressBar } from '../parts/progress-bar';
import { RunId } from '../parts/run-id';
import { State } from '../parts/state';
import { Time } from '../parts/time';
import { count, duration, reasonWords, triggerWords } from '../parts/words';
import { RetryAct, RunActs } from './acts';
import { RunLog } from './run-log';

/** Items of one group that are listed; the rest is counted, and retried with them. */
const MAX_LISTED = 100;

export function RunPage({ params: { id = '' } }: { readonly params: { id?: string } }) {
  const loaded = useLoaded<Run>(`/runs/${encodeURIComponent(id)}`);
  if (!loaded.data) return <Notice loaded={loaded} />;
  const run = loaded.data;

  return (
    <>
      <Notice loaded={loaded} />
      <header class="page">
        <h1>
          <a href={`/console/tasks/${run.task}`}>{run.task}</a>
        </h1>
        <State status={run.status} />
        <RunActs of={run} />
      </header>
      {run.error && (
        <p class="banner bad">
          <strong>{run.error.code ?? run.error.name}</strong> <bdi>{run.error.message}</bdi>
        </p>
      )}
      {run.reason && (
        <p class="banner warn">
          {run.status}: {reasonWords(run.reason)}.
        </p>
      )}
      {run.status === 'running' && <ProgressBar run={run} />}
      <dl class="facts">
        <dt>Run</dt>
        <dd>
          <RunId id={run.id} link={false} />
        </dd>
        <dt>Due</dt>
        <dd>
          <Time at={run.slot} absent={triggerWords(run.trigger)} />{' '}
          {run.slot && run.trigger !== 'schedule' && triggerWords(run.trigger)}
        </dd>
        {run.retryOf && (
          <>
            <dt>Retry of</dt>
            <dd>
              <RunId id={run.retryOf} />
            </dd>
          </>
        )}
        <dt>Started</dt>
        <dd>
          <Time at={run.startedAt} absent="not yet" /> <Lateness run={run} />
        </dd>
        <dt>Ended</dt>
        <dd>
          <Time at={run.finishedAt} absent="not yet" />{' '}
          {run.durationMs != null && <>after {duration(run.durationMs)} of work</>}
        </dd>
        <dt>Attempt</dt>
        <dd>
          {run.attempt}
          {run.worker && <> on {run.worker}</>}
          {run.actor && (
            <>
              , asked for by <bdi>{run.actor.name}</bdi> ({run.actor.via})
            </>
          )}
          {run.dryRun && <strong>, dry run</strong>}
        </dd>
        {run.items && (
          <>
            <dt>Items</dt>
            <dd>
              {count(run.items.succeeded)} done, {count(run.items.failed)} failed, {count(run.items.skipped)} skipped
              {run.items.total !== null && <> of {count(run.items.total)}</>}
              {run.retryOf && run.items.total === 0 && run.finishedAt && (
                <span class="muted">: what had failed was no longer in the list</span>
              )}
            </dd>
          </>
        )}
        {run.params != null && (
          <>
            <dt>Parameters</dt>
            <dd>
              <pre>{JSON.stringify(run.params, null, 2)}</pre>
            </dd>
          </>
        )}
        {run.result != null && (
          <>
            <dt>Result</dt>
            <dd>
              <pre>{JSON.stringify(run.result, null, 2)}</pre>
            </dd>
          </>
        )}
      </dl>
      {(run.items?.failed ?? 0) > 0 && <FailedItems run={run} />}
      <RunLog run={run} />
    </>
  );
}

function Lateness({ run: { slot, startedAt } }: { readonly run: Run }) {
  if (!slot || !startedAt) return null;
  const late = Date.parse(startedAt) - Date.parse(slot);
  return late < 1_000 ? null : <span class="warn-text">{duration(late)} late</span>;
}

function FailedItems({ run }: { readonly run: Run }) {
  const items = useLoaded<Page<FailedItem>>(`/runs/${run.id}/items?status=failed`);
  const [open, setOpen] = useState<string>();
  const ended = run.finishedAt !== null;
  if (!items.data) return <Notice loaded={items} />;
  return (
    <section>
      <h2>Failed items, by what went wrong</h2>
      <ul class="groups">
        {grouped(items.data.items).map((group) => (
          <li key={group.error}>
            <div class="group">
              <button
                class="bare"
                aria-expanded={open === group.error}
                onClick={() => setOpen(open === group.error ? undefined : group.error)}
              >
                {open === group.error ? '▾' : '▸'} <FailureSummary group={group} />
              </button>
              {ended && (
                <RetryAct
                  run={run.id}
                  label={group.items.length === 1 ? 'Retry it' : `Retry these ${group.items.length}`}
                  items={group.items.map(({ id }) => id)}
                />
              )}
            </div>
            {open === group.error && (
              <ul class="items">
                {group.items.slice(0, MAX_LISTED).map((item) => (
                  <li key={item.id}>
                    <bdi class="id">{item.id}</bdi>{' '}
                    <span class="muted">
                      {item.attempts} {item.attempts === 1 ? 'attempt' : 'attempts'}
                    </span>{' '}
                    <bdi class="cut">{item.error.message}</bdi>
                    {ended && <RetryAct run={run.id} label="Retry" items={[item.id]} />}
                  </li>
                ))}
                {group.items.length > MAX_LISTED && (
                  <li class="muted">and {count(group.items.length - MAX_LISTED)} more</li>
                )}
              </ul>
            )}
          </li>
        ))}
      </ul>
      {items.data.next && (
        <p class="muted">There are more failed items. `worker show {run.id.slice(0, 13)}` lists all of them.</p>
      )}
    </section>
  );
}
