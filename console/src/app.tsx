import { LocationProvider, Route, Router, useLocation } from 'preact-iso';
import { useEffect, useRef, useState } from 'preact/hooks';
import { liveness, startListening, stopListening } from './api/live';
import { useLoaded } from './api/loaded';
import { Items } from './pages/items';
import { Overview } from './pages/overview';
import { PAGES } from './pages/places';
import { RunPage } from './pages/run';
import { Runs } from './pages/runs';
import { type System, SystemPage } from './pages/system';
import { TaskPage } from './pages/task';
import { listenToKeys } from './parts/keyboard';
import { Empty } from './parts/notice';
import { Palette } from './parts/palette';
import { Login } from './session/login';
import { actor, findSession, logout, session } from './session/session';

export function App() {
  useEffect(() => void findSession(), []);
  if (session.value === 'unknown') return <p class="muted loading">Loading…</p>;
  if (session.value === 'locked') return <Login />;
  return (
    <LocationProvider scope="/console">
      <Shell />
    </LocationProvider>
  );
}

/** Whom the service takes everybody for where it has no tokens: there is nothing to log out of. */
const OPEN_TO_ALL = 'local';

function Shell() {
  const { route, path } = useLocation();
  const [asked, ask] = useState<'help' | 'palette'>();
  const system = useLoaded<System>('/system');

  useEffect(() => {
    startListening();
    return stopListening;
  }, []);
  useEffect(() => listenToKeys({ go: route, help: () => ask('help'), palette: () => ask('palette') }), [route]);

  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <header class="bar">
        <strong>task-worker</strong>
        {system.data?.environment && <span class="badge">{system.data.environment}</span>}
        <nav aria-label="Pages">
          {PAGES.map(({ label, href }) => (
            <a key={href} href={href} aria-current={path === href ? 'page' : undefined}>
              {label}
            </a>
          ))}
        </nav>
        <span class="end">
          {system.data?.upstreams
            ?.filter(({ state }) => state !== 'closed')
            .map(({ name, state }) => (
              <span class="state warn" key={name}>
                ⚠ {URL.parse(name)?.host ?? name} {state}
              </span>
            ))}
          <span class={`dot ${liveness.value}`}>{liveness.value}</span>
          <button class="bare" onClick={() => ask('help')} aria-label="Keyboard shortcuts">
            ?
          </button>
          {actor.value && actor.value.name !== OPEN_TO_ALL && (
            <button class="bare" onClick={() => void logout()} title={`${actor.value.name}, ${actor.value.role}`}>
              Log out
            </button>
          )}
        </span>
      </header>
      {liveness.value === 'stale' && (
        <p class="banner warn" role="status">
          The connection is gone: what you see may be old. The page connects again by itself.
        </p>
      )}
      <main id="main" tabIndex={-1}>
        <Router>
          <Route path="/console" component={Overview} />
          <Route path="/console/tasks/:name" component={TaskPage} />
          <Route path="/console/runs" component={Runs} />
          <Route path="/console/runs/:id" component={RunPage} />
          <Route path="/console/items" component={Items} />
          <Route path="/console/system" component={SystemPage} />
          <Route default component={Nowhere} />
        </Router>
      </main>
      {asked === 'palette' && <Palette close={() => ask(undefined)} />}
      {asked === 'help' && <Help close={() => ask(undefined)} />}
    </>
  );
}

function Nowhere() {
  return (
    <Empty>
      There is no such page. <a href="/console">To the overview</a>
    </Empty>
  );
}

const KEYS = [
  ['g o, g r, g t, g s', 'overview, runs, items in trouble, system'],
  ['⌘K or Ctrl K', 'go to a task or a run'],
  ['/', 'find'],
  ['x', 'run the task now'],
  ['p', 'pause or resume the task'],
  ['?', 'this help'],
] as const;

function Help({ close }: { readonly close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="help-title">
      <h2 id="help-title">Keyboard</h2>
      <dl class="facts">
        {KEYS.map(([key, words]) => (
          <>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{words}</dd>
          </>
        ))}
      </dl>
      <footer>
        <button onClick={close}>Close</button>
      </footer>
    </dialog>
  );
}
