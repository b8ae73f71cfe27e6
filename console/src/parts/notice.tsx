import type { ComponentChildren } from 'preact';
import type { Loaded } from '../api/loaded';

/** What to show while there is no data, or beside data that could not be read again. */
export function Notice({ loaded }: { readonly loaded: Loaded<unknown> }) {
  if (loaded.problem) {
    return (
      <p class="banner bad" role="alert">
        {loaded.problem.message} <button onClick={loaded.reload}>Try again</button>
      </p>
    );
  }
  return loaded.data === undefined ? <p class="muted loading">Loading…</p> : null;
}

/** An empty list says what to do next. */
export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty muted">{children}</p>;
}
