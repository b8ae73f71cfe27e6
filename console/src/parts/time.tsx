import { now } from './clock';
import { relative } from './words';

/** An instant relative to now; hovering tells the local time, `datetime` the exact one. */
export function Time({ at, absent = '–' }: { readonly at: string | null | undefined; readonly absent?: string }) {
  if (!at) return <span class="muted">{absent}</span>;
  const instant = Date.parse(at);
  return (
    <time dateTime={at} title={new Date(instant).toLocaleString()}>
      {relative(instant, now.value)}
    </time>
  );
}
