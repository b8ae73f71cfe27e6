import type { RunStatus } from '../api/shapes';
import { statusWords } from './words';

/** Colour is never alone: each state has a sign of its own. */
const SIGNS: Readonly<Record<RunStatus, string>> = {
  queued: '…',
  running: '▶',
  succeeded: '✓',
  partial: '◐',
  failed: '✗',
  timed_out: '⏱',
  cancelled: '⊘',
  skipped: '↷',
  missed: '∅',
  interrupted: '‖',
};

/** `good`, `bad`, `warn`, `busy` or `quiet`: what the colours stand for. */
export function mood(status: RunStatus): string {
  if (status === 'succeeded') return 'good';
  if (status === 'failed' || status === 'timed_out') return 'bad';
  if (status === 'partial' || status === 'missed' || status === 'interrupted') return 'warn';
  return status === 'running' || status === 'queued' ? 'busy' : 'quiet';
}

export function State({ status }: { readonly status: RunStatus | null }) {
  if (!status) return <span class="muted">never ran</span>;
  return (
    <span class={`state ${mood(status)}`}>
      <span aria-hidden="true">{SIGNS[status]}</span> {statusWords(status)}
    </span>
  );
}
