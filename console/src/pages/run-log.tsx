import { useEffect, useRef, useState } from 'preact/hooks';
import { useLoaded } from '../api/loaded';
import type { LogLine, Page, Run } from '../api/shapes';

const LEVELS = ['debug', 'info', 'warn', 'error'];

/** The captured lines of a run, followed while it is at work. */
export function RunLog({ run }: { readonly run: Run }) {
  const [level, setLevel] = useState('info');
  const [find, setFind] = useState('');
  const log = useLoaded<Page<LogLine>>(`/runs/${run.id}/logs?level=${level}`);
  const end = useRef<HTMLDivElement>(null);
  const following = run.status === 'running';
  const lines = (log.data?.items ?? []).filter((line) => textOf(line).toLowerCase().includes(find.toLowerCase()));

  useEffect(() => {
    if (following) end.current?.scrollIntoView({ block: 'nearest' });
  }, [following, lines.length]);

  return (
    <section>
      <h2>Log</h2>
      <div class="filters">
        <label>
          From level
          <select value={level} onChange={(event) => setLevel(event.currentTarget.value)}>
            {LEVELS.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <label>
          Find
          <input type="search" data-find value={find} onInput={(event) => setFind(event.currentTarget.value)} />
        </label>
        <button onClick={() => download(run, lines)}>Download</button>
      </div>
      <div class="log" tabIndex={0} role="log" aria-label="Log lines">
        {lines.map((line, place) => (
          <p key={place} class={line.level}>
            <time dateTime={line.at}>{new Date(line.at).toLocaleTimeString()}</time>{' '}
            <span class="level">{line.level}</span> <bdi>{textOf(line)}</bdi>
          </p>
        ))}
        {lines.length === 0 && <p class="muted">{log.data ? 'No line of this level.' : 'Loading…'}</p>}
        <div ref={end} />
      </div>
    </section>
  );
}

/** The message, and what else the line says: `Item failed item="7" (answered 422)`. */
function textOf({ message, fields: { context: _, ...rest } }: LogLine): string {
  const words = Object.entries(rest).map(([name, value]) => {
    const isError = typeof value === 'object' && value !== null && 'message' in value;
    return isError ? `(${String(value.message)})` : `${name}=${JSON.stringify(value)}`;
  });
  return [message, ...words].join(' ');
}

function download({ id }: Run, lines: readonly LogLine[]): void {
  const text = lines.map((line) => `${line.at} ${line.level} ${textOf(line)}\n`).join('');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  link.download = `${id}.log`;
  link.click();
  URL.revokeObjectURL(link.href);
}
