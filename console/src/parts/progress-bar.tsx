import { progress } from '../api/live';
import type { Run } from '../api/shapes';
import { now } from './clock';
import { count, duration } from './words';

/** Progress with its rate; a remaining time only where the total is known. */
export function ProgressBar({ run: recorded }: { readonly run: Run }) {
  const run = { ...recorded, ...progress.value.get(recorded.id) };
  if (!run.items || !run.startedAt) return null;
  const { total, succeeded, failed, skipped } = run.items;
  const done = succeeded + failed + skipped;
  const seconds = Math.max(1, (now.value - Date.parse(run.startedAt)) / 1_000);
  const rate = done / seconds;
  const known = total !== null && total > done;
  const label = `${count(done)}${known ? ` of ${count(total)}` : ''} items`;
  return (
    <div class="progress">
      {known ? <progress max={total} value={done} aria-label={label} /> : <progress aria-label={label} />}
      <span>
        {label}, {rate.toFixed(rate < 10 ? 1 : 0)}/s
        {known && rate > 0 && <>, about {duration(((total - done) / rate) * 1_000)} left</>}
        {failed > 0 && <strong class="bad-text">, {count(failed)} failed</strong>}
      </span>
    </div>
  );
}
