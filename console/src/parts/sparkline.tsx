import type { Run } from '../api/shapes';
import { mood } from './state';
import { duration } from './words';

const HEIGHT = 22;
const BAR = 3;

/** How long the last runs took, the newest at the right; the colour is the outcome. */
export function Sparkline({ runs }: { readonly runs: readonly Pick<Run, 'id' | 'status' | 'durationMs'>[] }) {
  if (runs.length === 0) return null;
  const longest = Math.max(...runs.map(({ durationMs }) => durationMs ?? 0), 1);
  const label = `Durations of the last ${runs.length} runs, at most ${duration(longest)}`;
  return (
    <svg class="sparkline" role="img" aria-label={label} width={runs.length * (BAR + 1)} height={HEIGHT}>
      <title>{label}</title>
      {runs.map(({ id, status, durationMs }, at) => {
        const height = Math.max(2, ((durationMs ?? 0) / longest) * HEIGHT);
        return (
          <rect class={mood(status)} key={id} x={at * (BAR + 1)} y={HEIGHT - height} width={BAR} height={height} />
        );
      })}
    </svg>
  );
}
