import { useEffect, useState } from 'preact/hooks';
import { revision } from './live';
import { Problem, read } from './request';
import { session } from '../session/session';

export interface Loaded<Answer> {
  /** The last good answer; undefined until there is one. It stays while a newer one is awaited. */
  readonly data: Answer | undefined;
  readonly problem: Problem | undefined;
  readonly reload: () => void;
}

/** Reads a path of the API, and again whenever the service tells that something has changed. */
export function useLoaded<Answer>(path: string): Loaded<Answer> {
  const [state, setState] = useState<{ path: string; data?: Answer; problem?: Problem }>({ path });
  const [asked, setAsked] = useState(0);
  const told = revision.value;

  useEffect(() => {
    const cancellation = new AbortController();
    read<Answer>(path, cancellation.signal).then(
      (data) => setState({ path, data }),
      (error: unknown) => {
        if (!(error instanceof Problem)) return;
        if (error.status === 401) session.value = 'locked';
        setState((before) => (before.path === path ? { ...before, problem: error } : { path, problem: error }));
      },
    );
    return () => cancellation.abort();
  }, [path, asked, told]);

  const current = state.path === path ? state : undefined;
  return { data: current?.data, problem: current?.problem, reload: () => setAsked((times) => times + 1) };
}
