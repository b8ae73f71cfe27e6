import { signal } from '@preact/signals';
import type { Run } from './shapes';

/** Whether what the page shows is up to date: `stale` once the stream has been silent too long. */
export type Liveness = 'connecting' | 'live' | 'stale' | 'paused';

export const liveness = signal<Liveness>('connecting');

/** Grows whenever something was told that lists show; whoever shows them reads again. */
export const revision = signal(0);

/** The newest state of each run that reported progress. */
export const progress = signal<ReadonlyMap<string, Partial<Run>>>(new Map());

const TOPICS = ['run', 'task', 'upstream', 'worker'] as const;
/** The service sends something at least every 15 s. */
const MAX_SILENCE_MS = 40_000;
/** Lists are read again at most this often, however much happens. */
const MIN_BETWEEN_REVISIONS_MS = 1_000;

let source: EventSource | undefined;
let silence: ReturnType<typeof setTimeout> | undefined;
let announced: ReturnType<typeof setTimeout> | undefined;

/** One stream a tab, closed while the tab is hidden. */
export function startListening(): void {
  document.addEventListener('visibilitychange', follow);
  follow();
}

export function stopListening(): void {
  document.removeEventListener('visibilitychange', follow);
  close();
}

function follow(): void {
  if (document.visibilityState === 'hidden') {
    close();
    liveness.value = 'paused';
  } else if (!source) {
    open();
  }
}

function open(): void {
  source = new EventSource('/api/v1/events');
  source.addEventListener('open', heard);
  source.addEventListener('open', announce);
  source.addEventListener('heartbeat', heard);
  source.addEventListener('error', lost);
  for (const topic of TOPICS) source.addEventListener(topic, announce);
  source.addEventListener('progress', ({ data }: MessageEvent<string>) => {
    heard();
    const run = JSON.parse(data) as Partial<Run> & { id: string };
    progress.value = new Map(progress.value).set(run.id, run);
  });
  awaitNext();
}

function close(): void {
  source?.close();
  source = undefined;
  clearTimeout(silence);
  clearTimeout(announced);
  announced = undefined;
}

function heard(): void {
  liveness.value = 'live';
  awaitNext();
}

function announce(): void {
  heard();
  announced ??= setTimeout(() => {
    announced = undefined;
    revision.value += 1;
  }, MIN_BETWEEN_REVISIONS_MS);
}

/** The browser connects again by itself, unless the answer was an error. */
function lost(): void {
  liveness.value = 'stale';
  if (source?.readyState !== EventSource.CLOSED) return;
  close();
  silence = setTimeout(follow, 3_000);
}

function awaitNext(): void {
  clearTimeout(silence);
  silence = setTimeout(() => {
    close();
    liveness.value = 'stale';
    open();
  }, MAX_SILENCE_MS);
}
