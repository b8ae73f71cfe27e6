import { EngineNotAcceptingError } from '../../../runs/errors.js';
import type { RunClaim } from '../../../ledger/run-ledger.js';
import { type EnginePhase, type Submission, type SubmitOptions, TaskEngine } from '../../task-engine.js';
import { aRun } from '../../testing/task-context.fake.js';

/** Claims nothing twice for one slot, as the real one does, and keeps what it was asked for. */
export class RecordingEngine extends TaskEngine {
  phase: EnginePhase = 'accepting';
  failure: Error | null = null;
  /** Set: a submission stays in flight until this resolves. */
  gate: Promise<void> | null = null;
  attempts = 0;
  readonly active = new Set<string>();
  /** How often it was asked whether a task is active. */
  questions = 0;
  readonly batches: RunClaim[][] = [];
  /** By how much the submissions were early, in milliseconds. */
  readonly delays: number[] = [];
  private readonly slots = new Set<string>();

  async submit(claims: readonly RunClaim[], { delayMs = 0 }: SubmitOptions = {}) {
    this.attempts += 1;
    this.delays.push(delayMs);
    if (this.phase !== 'accepting') throw new EngineNotAcceptingError(this.phase);
    await this.gate;
    if (this.failure) throw this.failure;
    const fresh = claims.filter((claim) => this.isFresh(claim));
    this.batches.push(fresh);
    return claims.map((claim) => (fresh.includes(claim) ? submission() : null));
  }

  /** What was claimed, in order. */
  get claimed(): string[] {
    return this.batches.flat().map(describeClaim);
  }

  async start(): Promise<void> {}

  isActive(task: string): boolean {
    this.questions += 1;
    return this.active.has(task);
  }

  cancel(): boolean {
    return false;
  }

  async startQueued(): Promise<void> {}

  async drain(): Promise<void> {}

  private isFresh({ task, slot }: RunClaim): boolean {
    if (slot === null) return true;
    const key = `${task}@${slot.getTime()}`;
    const fresh = !this.slots.has(key);
    this.slots.add(key);
    return fresh;
  }
}

function submission(): Submission {
  return { run: aRun(), finished: Promise.resolve(aRun()) };
}

/** `hourly schedule 12:00`, `hourly catch_up 11:00 queue`, `hourly missed 10:00 (why)`. */
export function describeClaim({ task, trigger, slot, at, overlap, record }: RunClaim): string {
  const words = [task, record?.status ?? trigger, slot && time(slot)];
  if (record) {
    const { reason, result } = record;
    const more = result ? `: ${result.slots} slots from ${result.from} to ${result.to}` : '';
    return [...words, `(${reason}${more})`].join(' ');
  }
  if (at !== null && at.getTime() !== slot?.getTime()) words.push(`at ${time(at)}`);
  if (trigger === 'schedule' && at === null) words.push('at no instant');
  if (overlap === 'queue') words.push('queue');
  return words.filter(Boolean).join(' ');
}

/** As short as possible: `12:00`, `12:00:01`, `12:00:01.100`; with the date on a later day. */
function time(instant: Date): string {
  const [date = '', clock = ''] = instant.toISOString().split('T');
  const short = clock.replace(/(:00)?\.000Z$/, '').replace('Z', '');
  return date === '2026-11-23' ? short : `${date.slice(5)} ${short}`;
}
