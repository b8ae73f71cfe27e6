import { Injectable } from '@nestjs/common';
import { WorkerEvents } from '../../runs/worker-events.js';
import { Clock } from '../../time/clock.js';

/** What the requests to one API have shown about it. */
export interface UpstreamState {
  /** Scheme, host and port. */
  readonly name: string;
  readonly state: 'closed' | 'open' | 'paused';
  /** Since when it is so. */
  readonly since: Date;
  /** Why, for people; null when nothing is wrong. */
  readonly reason: string | null;
}

/** Follows the APIs that the tasks work with; knows only those that have been asked. */
@Injectable()
export class UpstreamStates {
  private readonly states = new Map<string, UpstreamState & { readonly pausedUntil?: number }>();

  constructor(
    events: WorkerEvents,
    private readonly clock: Clock,
  ) {
    events.on('request.sent', ({ host }) => {
      if (!this.states.has(host)) this.enter(host, 'closed', null);
    });
    events.on('upstream.opened', ({ host, error }) => this.enter(host, 'open', error));
    events.on('upstream.closed', ({ host }) => this.enter(host, 'closed', null));
    events.on('upstream.paused', ({ host, pauseMs }) => {
      this.enter(host, 'paused', `asked for a pause of ${Math.ceil(pauseMs / 1_000)} s`, pauseMs);
    });
  }

  all(): readonly UpstreamState[] {
    const now = this.clock.now().getTime();
    return [...this.states.values()].map(({ pausedUntil, ...state }) =>
      pausedUntil !== undefined && pausedUntil <= now
        ? { name: state.name, state: 'closed', since: new Date(pausedUntil), reason: null }
        : state,
    );
  }

  private enter(name: string, state: UpstreamState['state'], reason: string | null, pauseMs?: number): void {
    const since = this.clock.now();
    const pause = pauseMs === undefined ? {} : { pausedUntil: since.getTime() + pauseMs };
    this.states.set(name, { name, state, since, reason, ...pause });
  }
}
