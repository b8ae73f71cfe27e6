import { PAGES } from '../pages/places';

export interface KeyActs {
  readonly go: (href: string) => void;
  readonly help: () => void;
  readonly palette: () => void;
}

/** How long after `g` the letter of a page is awaited. */
const MAX_CHORD_MS = 1_500;

/** The keys of the page; those typed into a field or a dialog are its own. Returns how to stop. */
export function listenToKeys({ go, help, palette }: KeyActs): () => void {
  let chordUntil = 0;

  function onKeyDown(event: KeyboardEvent): void {
    if ((event.metaKey || event.ctrlKey) && event.key === 'k') return done(event, palette);
    if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
    const page = performance.now() < chordUntil && PAGES.find(({ letter }) => letter === event.key);
    chordUntil = event.key === 'g' ? performance.now() + MAX_CHORD_MS : 0;
    if (page) return done(event, () => go(page.href));
    if (event.key === '?') return done(event, help);
    if (event.key === '/') return done(event, () => document.querySelector<HTMLElement>('[data-find]')?.focus());
    const button = document.querySelector<HTMLElement>(`[data-shortcut="${CSS.escape(event.key)}"]`);
    if (button) done(event, () => button.click());
  }

  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}

function done(event: KeyboardEvent, act: () => void): void {
  event.preventDefault();
  act();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, dialog') !== null;
}
