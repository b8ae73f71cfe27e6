import { signal } from '@preact/signals';

/** The present, second by second while the tab is looked at: countdowns and ages follow it. */
export const now = signal(Date.now());

setInterval(() => {
  if (document.visibilityState === 'visible') now.value = Date.now();
}, 1_000);
document.addEventListener('visibilitychange', () => (now.value = Date.now()));
