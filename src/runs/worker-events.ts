import { Injectable } from '@nestjs/common';
import type { WorkerEventMap, WorkerEventName } from './worker-event-map.js';

type Listener<Name extends WorkerEventName> = (event: WorkerEventMap[Name]) => unknown;

/**
 * The one place that says what happened in this process. Log, metrics, traces, alerts and progress
 * bars subscribe here; whoever makes something happen emits, and knows none of them.
 *
 * Events are delivered at once, in the order of subscription and in the asynchronous context of
 * whoever emits. A listener must be quick, must not change what it is given, and hands slow work to
 * later. One that throws, or whose promise rejects, is reported as `subscriber.failed` and harms
 * neither the emitter nor other listeners.
 */
@Injectable()
export class WorkerEvents {
  private readonly listeners = new Map<WorkerEventName, Set<Listener<never>>>();

  /** Returns the function that ends the subscription. */
  on<Name extends WorkerEventName>(name: Name, listener: Listener<Name>): () => void {
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  /** Whether anybody listens: where facts are dear to gather, gather them only then. */
  isWatched(name: WorkerEventName): boolean {
    return (this.listeners.get(name)?.size ?? 0) > 0;
  }

  /** Never throws. */
  emit<Name extends WorkerEventName>(name: Name, event: WorkerEventMap[Name]): void {
    const listeners = this.listeners.get(name) as ReadonlySet<Listener<Name>> | undefined;
    if (!listeners) return;
    for (const listener of listeners) this.deliver(name, event, listener);
  }

  private deliver<Name extends WorkerEventName>(
    name: Name,
    event: WorkerEventMap[Name],
    listener: Listener<Name>,
  ): void {
    try {
      const result = listener(event);
      if (result instanceof Promise) result.catch((error: unknown) => this.report(name, error));
    } catch (error) {
      this.report(name, error);
    }
  }

  private report(event: WorkerEventName, error: unknown): void {
    // A listener that fails to hear of failures would be told of its own for ever.
    if (event !== 'subscriber.failed') this.emit('subscriber.failed', { event, error });
  }
}
