import { type Answer, refusal } from './answer.ts';
import type { KeyedOperation } from './key-table.ts';
import type { Knobs } from './knobs.ts';
import { badParameter } from './parameters.ts';
import { RequestError } from './request-error.ts';
import type { SandboxStore } from './sandbox-store.ts';

const MAX_KEY_CHARACTERS = 255;

/**
 * Applies the operation of a key once, and answers a repeat with the first answer. Only successful
 * answers are kept: a key names the business operation for ever, and an order that cannot be
 * processed today may be processed tomorrow.
 */
export class Idempotency {
  private readonly store: SandboxStore;
  private readonly knobs: Knobs;
  private readonly inFlight = new Set<string>();

  constructor(store: SandboxStore, knobs: Knobs) {
    this.store = store;
    this.knobs = knobs;
  }

  /**
   * Marks the key as in flight until `release`. Throws a 409 when it is in flight already, and a
   * 400 when it is too long.
   */
  enter(key: string): void {
    if (key.length > MAX_KEY_CHARACTERS)
      throw badParameter(`Idempotency-Key is longer than ${MAX_KEY_CHARACTERS} characters`);
    if (this.inFlight.has(key)) throw new RequestError(409, 'in_flight', 'A request with this key is still in flight');
    this.inFlight.add(key);
  }

  release(key: string): void {
    this.inFlight.delete(key);
  }

  /** Counts a request that will not be applied. */
  countRefused(operation: KeyedOperation): void {
    if (operation.key.length <= MAX_KEY_CHARACTERS) this.store.keys.arrive(operation);
  }

  /** One commit for the effect and the record of its key, so that a crash never separates them. */
  apply(operation: KeyedOperation, effect: () => Answer): Answer {
    return this.store.together(() => {
      const { keys } = this.store;
      const first = keys.arrive(operation);
      if (this.knobs.honourKeys) {
        if (first.method !== operation.method || first.path !== operation.path) return anotherOperation(first);
        if (first.answer) {
          keys.recordRepeat(operation.key);
          return first.answer;
        }
      }
      return this.effect(operation.key, effect);
    });
  }

  private effect(key: string, effect: () => Answer): Answer {
    try {
      const answer = effect();
      this.store.keys.recordEffect(key, answer);
      return answer;
    } catch (error) {
      // A refusal is an answer too: commit the count of its request.
      if (error instanceof RequestError) return refusal(error);
      throw error;
    }
  }
}

function anotherOperation({ method, path }: { method: string; path: string }): Answer {
  return refusal(new RequestError(422, 'key_reused', `This key belongs to ${method} ${path}`));
}
