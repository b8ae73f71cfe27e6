import type { Run } from '../api/shapes';
import { ProgressBar } from './progress-bar';
import { RunId } from './run-id';
import { State } from './state';
import { Time } from './time';
import { count, duration, reasonWords, triggerWords } from './words';

interface RunTableProps {
  readonly runs: readonly Run[];
  /** Left out on the page of one task. */
  readonly withTask?: boolean;
}

export function RunTable({ runs, withTask = true }: RunTableProps) {
  return (
    <table class="runs">
      <thead>
        <tr>
          <th scope="col">State</th>
          {withTask && <th scope="col">Task</th>}
          <th scope="col">Started</th>
          <th scope="col" class="number">
            Took
          </th>
          <th scope="col">What came of it</th>
          <th scope="col">Run</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.id}>
            <td>
              <State status={run.status} />
            </td>
            {withTask && (
              <td>
                <a href={`/console/tasks/${run.task}`}>{run.task}</a>
              </td>
            )}
            <td data-label="Started">
              <Time at={run.startedAt ?? run.slot ?? run.queuedAt} />
              {run.trigger !== 'schedule' && <small class="muted"> {triggerWords(run.trigger)}</small>}
            </td>
            <td class="number" data-label="Took">
              {run.durationMs == null ? '–' : duration(run.durationMs)}
            </td>
            <td class="what">
              <Outcome run={run} />
            </td>
            <td>
              <RunId id={run.id} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** In one line: progress, what failed, or how much was done. */
export function Outcome({ run }: { readonly run: Run }) {
  if (run.status === 'running') return <ProgressBar run={run} />;
  if (run.error) return <bdi class="bad-text cut">{run.error.message}</bdi>;
  if (run.reason) return <span class="muted">{reasonWords(run.reason)}</span>;
  if (!run.items) return <span class="muted">–</span>;
  const { succeeded, failed, skipped } = run.items;
  return (
    <span>
      {count(succeeded)} done{failed > 0 && <strong class="bad-text">, {count(failed)} failed</strong>}
      {skipped > 0 && <span class="muted">, {count(skipped)} skipped</span>}
    </span>
  );
}
