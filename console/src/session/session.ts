import { computed, signal } from '@preact/signals';
import { Problem, change, read, remove } from '../api/request';

export interface Actor {
  readonly name: string;
  readonly role: 'operator' | 'viewer';
}

/** `unknown` until the service has said whether this browser may look. */
export const session = signal<'unknown' | 'locked' | 'open'>('unknown');
export const actor = signal<Actor | null>(null);
/** A viewer looks, and sees no button that the service would refuse. */
export const mayAct = computed(() => actor.value?.role === 'operator');

export async function findSession(): Promise<void> {
  try {
    actor.value = await read<Actor>('/session');
    session.value = 'open';
  } catch (error) {
    if (error instanceof Problem && error.status === 401) session.value = 'locked';
    else setTimeout(() => void findSession(), 2_000);
  }
}

/** Throws a `Problem`. */
export async function login(token: string, name: string): Promise<void> {
  await change('/session', { token, name });
  await findSession();
}

export async function logout(): Promise<void> {
  await remove('/session').catch(() => undefined);
  actor.value = null;
  session.value = 'locked';
}
