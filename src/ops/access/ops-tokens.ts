import { Inject, Injectable } from '@nestjs/common';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import type { Actor } from '../../runs/actor.js';
import { isSameSecret } from '../../config/bears-token.js';

type Role = Actor['role'];

/** The bearer tokens of the ops API: one for operators, one for those who only look. */
@Injectable()
export class OpsTokens {
  constructor(@Inject(workerConfig.KEY) private readonly settings: WorkerSettings) {}

  /** Whether there is any. Without one, the API is open on loopback and closed elsewhere. */
  get exist(): boolean {
    return this.of('operator') !== undefined || this.of('viewer') !== undefined;
  }

  of(role: Role): string | undefined {
    return role === 'operator' ? this.settings.opsToken : this.settings.opsViewerToken;
  }

  /** Null: the token is neither. */
  roleOf(token: string): Role | null {
    const roles: readonly Role[] = ['operator', 'viewer'];
    // All are compared, so that the time does not tell which one was nearly right.
    const [role] = roles.filter((role) => isSameSecret(token, this.of(role) ?? '') && this.of(role) !== undefined);
    return role ?? null;
  }
}
