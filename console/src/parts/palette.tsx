import { useLocation } from 'preact-iso';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLoaded } from '../api/loaded';
import type { Page, Task } from '../api/shapes';
import { PAGES } from '../pages/places';

interface Place {
  readonly label: string;
  readonly href: string;
}

/** ⌘K: goes to a page, a task, or a run by the beginning of its id. */
export function Palette({ close }: { readonly close: () => void }) {
  const { route } = useLocation();
  const dialog = useRef<HTMLDialogElement>(null);
  const tasks = useLoaded<Page<Task>>('/tasks');
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);

  useEffect(() => dialog.current?.showModal(), []);

  const places: readonly Place[] = [
    ...PAGES,
    ...(tasks.data?.items ?? []).map(({ name }) => ({ label: name, href: `/console/tasks/${name}` })),
  ].filter(({ label }) => label.toLowerCase().includes(typed.toLowerCase()));
  const found = [
    ...places,
    ...(typed.length >= 4
      ? [{ label: `Runs with "${typed}"`, href: `/console/runs?q=${encodeURIComponent(typed)}` }]
      : []),
  ];

  function go(place: Place | undefined): void {
    if (!place) return;
    close();
    route(place.href);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter') go(found[chosen]);
    else if (event.key === 'ArrowDown') setChosen(Math.min(found.length - 1, chosen + 1));
    else if (event.key === 'ArrowUp') setChosen(Math.max(0, chosen - 1));
    else return;
    event.preventDefault();
  }

  return (
    <dialog ref={dialog} class="palette" onClose={close} aria-label="Go to">
      <input
        type="search"
        role="combobox"
        list={undefined}
        aria-expanded="true"
        aria-controls="palette-places"
        aria-activedescendant={`place-${chosen}`}
        aria-label="Go to a page, a task or a run"
        placeholder="Page, task, or run id"
        autofocus
        value={typed}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id="palette-places" role="listbox" aria-label="Places">
        {found.map((place, at) => (
          <li key={place.href} id={`place-${at}`} role="option" aria-selected={at === chosen} onClick={() => go(place)}>
            {place.label}
          </li>
        ))}
      </ul>
    </dialog>
  );
}
