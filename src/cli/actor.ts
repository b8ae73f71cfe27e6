import { userInfo } from 'node:os';
import type { Actor } from '../runs/actor.js';

/** Whoever types the commands: the name of `--as`, by default that of the system user. */
export function cliActor(name: string | undefined): Actor {
  return { name: name ?? systemUser(), role: 'operator', via: 'cli' };
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a uid that has no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
