import { Injectable } from '@nestjs/common';
import type { ItemCounts } from './run.js';

/** How far a run is. */
export interface RunProgressEvent {
  readonly runId: string;
  readonly task: string;
  readonly items: ItemCounts;
}

type Listener = (event: RunProgressEvent) => void;

/** Tells whoever watches, in this process, how runs get on. A listener must be quick and must not throw. */
@Injectable()
export class RunEvents {
  private readonly listeners = new Set<Listener>();

  /** Returns the function that ends the subscription. */
  onProgress(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  emitProgress(event: RunProgressEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}
