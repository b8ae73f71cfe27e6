import { useLocation } from 'preact-iso';
import { useState } from 'preact/hooks';
import { useLoaded } from '../api/loaded';
import { read } from '../api/request';
import type { Page, Run, RunListPage, Task } from '../api/shapes';
import { Empty, Notice } from '../parts/notice';
import { RunTable } from '../parts/run-table';
import { Time } from '../parts/time';
import { statusWords, triggerWords } from '../parts/words';

const STATUSES = [
  'running',
  'queued',
  'succeeded',
  'partial',
  'failed',
  'timed_out',
  'cancelled',
  'skipped',
  'missed',
  'interrupted',
];
const TRIGGERS = ['schedule', 'catch_up', 'manual', 'retry', 'start', 'after'];
const FILTERS = ['task', 'status', 'trigger', 'since', 'q'] as const;

/** Filters live in the URL, so that a view can be sent to somebody. */
export function Runs() {
  const { query, route } = useLocation();
  const tasks = useLoaded<Page<Task>>('/tasks');
  const filters = new URLSearchParams();
  for (const name of FILTERS) if (query[name]) filters.set(name, query[name]);
  const path = `/runs?${filters}${filters.size > 0 ? '&' : ''}limit=100`;
  const runs = useLoaded<RunListPage>(path);

  function filter(event: Event): void {
    const form = new FormData((event.currentTarget as HTMLElement).closest('form') ?? undefined);
    const chosen = new URLSearchParams();
    for (const [name, value] of form) if (typeof value === 'string' && value !== '') chosen.set(name, value);
    route(`/console/runs${chosen.size > 0 ? `?${chosen}` : ''}`, true);
  }

  return (
    <>
      <h1>Runs</h1>
      <form class="filters" onSubmit={(event) => event.preventDefault()} key={filters.toString()}>
        <Choice
          name="task"
          of={tasks.data?.items.map(({ name }) => name) ?? []}
          chosen={query['task']}
          onChange={filter}
        />
        <Choice name="status" of={STATUSES} words={statusWords} chosen={query['status']} onChange={filter} />
        <Choice name="trigger" of={TRIGGERS} words={triggerWords} chosen={query['trigger']} onChange={filter} />
        <label>
          Find
          <input
            name="q"
            type="search"
            data-find
            placeholder="run id, error"
            value={query['q'] ?? ''}
            onChange={filter}
          />
        </label>
        {query['since'] && <input type="hidden" name="since" value={query['since']} />}
      </form>
      <Notice loaded={runs} />
      {runs.data && <Listed first={runs.data} path={path} key={path} />}
    </>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly of: readonly string[];
  readonly words?: (option: string) => string;
  readonly chosen: string | undefined;
  readonly onChange: (event: Event) => void;
}

function Choice({ name, of, words = (option) => option, chosen, onChange }: ChoiceProps) {
  return (
    <label>
      {name[0]?.toUpperCase()}
      {name.slice(1)}
      <select name={name} value={chosen ?? ''} onChange={onChange}>
        <option value="">all</option>
        {of.map((option) => (
          <option value={option} key={option}>
            {words(option)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Listed({ first, path }: { readonly first: RunListPage; readonly path: string }) {
  const [more, setMore] = useState<readonly RunListPage[]>([]);
  const [reading, setReading] = useState(false);
  const pages = [first, ...more];
  const runs = pages.flatMap(({ items }): readonly Run[] => items);
  const { next, searchedBackTo } = pages.at(-1)!;
  if (runs.length === 0 && next === null)
    return <Empty>No run fits these filters. Take one away, or run a task by hand.</Empty>;

  /** A search goes on until it finds something. */
  async function readMore(): Promise<void> {
    setReading(true);
    try {
      for (let cursor = next; cursor !== null;) {
        const page = await read<RunListPage>(`${path}&cursor=${encodeURIComponent(cursor)}`);
        setMore((before) => [...before, page]);
        if (page.items.length > 0) break;
        cursor = page.next;
      }
    } finally {
      setReading(false);
    }
  }

  return (
    <>
      {runs.length > 0 && <RunTable runs={runs} />}
      {searchedBackTo && (
        <p class="muted" role="status">
          {runs.length === 0 && 'Nothing found so far. '}Searched the errors back to <Time at={searchedBackTo} />.
        </p>
      )}
      {next && (
        <button disabled={reading} onClick={() => void readMore()}>
          {searchedBackTo ? 'Search further back' : 'Older runs'}
        </button>
      )}
    </>
  );
}
