import type { ArmedTask } from './armed-task.js';

const MOST_NAMED = 10;

/** `4 tasks armed: send_reminders (every 5m, next 2026-11-23T12:05:00.000Z), …`, the first due first. */
export function describeArmed(armed: readonly ArmedTask[]): string {
  if (armed.length === 0) return 'No task has a schedule';
  const byDue = armed.toSorted((a, b) => a.dueAt - b.dueAt);
  const named = byDue.slice(0, MOST_NAMED).map(describe);
  const rest = armed.length > MOST_NAMED ? `, and ${armed.length - MOST_NAMED} more` : '';
  return `${armed.length} ${armed.length === 1 ? 'task' : 'tasks'} armed: ${named.join(', ')}${rest}`;
}

function describe({ task, dueAt }: ArmedTask): string {
  const next = Number.isFinite(dueAt) ? new Date(dueAt).toISOString() : 'never';
  return `${task.name} (${task.schedule?.text ?? 'off'}, next ${next})`;
}
