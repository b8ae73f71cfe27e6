import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ClientConfig } from 'pg';
import { MINUTE, SECOND } from '../../time/duration.js';
import { Lease } from '../lease.js';
import type { BeatIdentity, BeatNews, BeatOrders } from './beat-thread.program.js';
import { Gate } from './gate.js';
import { Grace } from './grace.js';

const BEAT_EVERY_MS = SECOND;
const BEAT_TIMEOUT_MS = 2 * SECOND;
const SIGN_OF_LIFE_EVERY_MS = 250;
/** A main thread that does not come round for longer is taken for dead, with its process. */
const MAX_SILENCE_MS = MINUTE;

/** The build lays it beside the program, in whose folder or the one below its modules lie. */
const THREAD_FILES = ['./beat-thread.js', '../beat-thread.js', './beat-thread.program.ts', './beat-thread.program.js'];

export interface LeaseParts {
  readonly connection: ClientConfig;
  readonly statement: string;
  readonly processId: string;
  /** See `onTold`; null where nothing can be told. */
  readonly channel: string | null;
  /** Enters the process anew. Resolves with its new id; rejects when that is not on record. */
  readonly enterAnew: () => Promise<string>;
  /** Of the database's clock, with each beat. */
  readonly onClock: (offsetMs: number, errorMs: number) => void;
}

/**
 * The lease of this process on a PostgreSQL ledger. A thread with a connection of its own says
 * every second that the process lives: neither a busy event loop nor a full pool costs the lease.
 */
export class ProcessLease extends Lease {
  private readonly gate = new Gate();
  private readonly grace = new Grace();
  private readonly life = new BigInt64Array(new SharedArrayBuffer(8));
  private readonly lostListeners: (() => void)[] = [];
  private readonly toldListeners: ((sender: string) => void)[] = [];
  private readonly waiting = new Set<() => void>();
  private readonly first = Promise.withResolvers<void>();
  /** What to add to an instant of `process.hrtime` to have it on the clock of `performance.now`. */
  private readonly skewMs = performance.now() - Number(process.hrtime.bigint()) / 1e6;
  private thread: Worker | undefined;
  private timer: NodeJS.Timeout | undefined;
  private lastError: string | null = null;
  private servicesAlive = 1;
  private entering: Promise<void> | undefined;
  private parts: LeaseParts | undefined;

  get isHeld(): boolean {
    return this.gate.isOpen();
  }

  get problem(): string | null {
    if (this.isHeld) return null;
    const cause = this.lastError === null ? '' : `: ${this.lastError}`;
    return `This process could not tell the ledger that it is alive${cause}. It pauses, and goes on when it can`;
  }

  get services(): number {
    return this.servicesAlive;
  }

  /** Whether this process may say of others that they are dead. */
  get mayJudge(): boolean {
    return this.grace.mayJudge();
  }

  /** Call once the process is entered. Resolves with the first beat. */
  async start(parts: LeaseParts): Promise<void> {
    this.parts = parts;
    this.signOfLife();
    this.timer = setInterval(() => this.signOfLife(), SIGN_OF_LIFE_EVERY_MS).unref();
    const workerData: BeatOrders = {
      connection: parts.connection,
      statement: parts.statement,
      processId: parts.processId,
      channel: parts.channel,
      everyMs: BEAT_EVERY_MS,
      timeoutMs: BEAT_TIMEOUT_MS,
      maxSilenceMs: MAX_SILENCE_MS,
      life: this.life.buffer,
    };
    const thread = new Worker(threadFile(), {
      workerData,
      execArgv: [],
      name: 'beats',
      resourceLimits: { maxOldGenerationSizeMb: 32 },
    });
    this.thread = thread;
    thread.on('message', (news: BeatNews) => this.hear(news));
    thread.on('error', (error) => this.hear({ kind: 'missed', error: String(error) }));
    await this.first.promise;
    // Not before: a command that has nothing else open would end while it waits.
    thread.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.gate.shut();
    await this.thread?.terminate();
    this.thread = undefined;
  }

  whenHeld(signal?: AbortSignal): Promise<void> {
    if (this.isHeld) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.waiting.delete(settle);
        signal?.removeEventListener('abort', settle);
        if (signal?.aborted) reject(signal.reason as Error);
        else resolve();
      };
      if (signal?.aborted) return settle();
      this.waiting.add(settle);
      signal?.addEventListener('abort', settle, { once: true });
    });
  }

  onLost(listener: () => void): void {
    this.lostListeners.push(listener);
  }

  /** `listener` is called with the id of a process, perhaps this one, that tells on the channel. */
  onTold(listener: (sender: string) => void): void {
    this.toldListeners.push(listener);
  }

  private signOfLife(): void {
    Atomics.store(this.life, 0, process.hrtime.bigint());
  }

  private hear(news: BeatNews): void {
    if (news.kind === 'beaten') return this.beaten(news);
    if (news.kind === 'told') return this.toldListeners.forEach((listener) => listener(news.sender));
    this.grace.missed();
    if (news.kind === 'missed') this.lastError = news.error;
    else this.lose();
  }

  private beaten(news: Extract<BeatNews, { kind: 'beaten' }>): void {
    // Sent before the loss was known, or before the process was entered anew.
    if (this.entering) return;
    const { sentAt, sentAtWall, offsetMs, offsetErrorMs, services } = news;
    this.lastError = null;
    this.servicesAlive = Math.max(1, services);
    this.gate.open({ sentAt: sentAt + this.skewMs, sentAtWall });
    this.grace.beaten(sentAt + this.skewMs);
    this.parts?.onClock(offsetMs, offsetErrorMs);
    this.first.resolve();
    if (this.isHeld) for (const resume of this.waiting) resume();
  }

  /** Others have taken this process for dead: what it held is theirs, and it begins anew. */
  private lose(): void {
    const { parts } = this;
    if (this.entering || !parts || !this.thread) return;
    this.gate.shut();
    this.lastError = 'other replicas have taken it for dead, and its runs over';
    for (const listener of this.lostListeners) listener();
    this.entering = parts
      .enterAnew()
      .then((processId) => this.thread?.postMessage({ processId } satisfies BeatIdentity))
      .catch((error: unknown) => {
        this.lastError = String(error);
      })
      .finally(() => {
        this.entering = undefined;
      });
  }
}

function threadFile(): URL {
  const files = THREAD_FILES.map((file) => new URL(file, import.meta.url));
  const found = files.find((file) => existsSync(fileURLToPath(file)));
  if (!found) throw new TypeError('The program is incomplete: it lacks beat-thread.js');
  return found;
}
