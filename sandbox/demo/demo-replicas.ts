import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DemoWorker } from './demo-worker.ts';
import { freePort } from './free-port.ts';

const FIRST_PORT = 3000;
const KILL_EVERY_MS = 20_000;
const AWAY_FOR_MS = 5_000;

/** Several workers, of which one after the other is killed and comes back. */
export class DemoReplicas {
  readonly ports: readonly number[];
  /** Resolves when one of them has ended by itself. */
  readonly ended: Promise<void>;
  private readonly workers = new Map<number, DemoWorker>();
  private readonly launch: (place: number) => DemoWorker;
  private readonly end = Promise.withResolvers<void>();
  private readonly stopping = new AbortController();

  private constructor(ports: readonly number[], launch: (place: number) => DemoWorker) {
    this.ports = ports;
    this.launch = launch;
    this.ended = this.end.promise;
  }

  static async start(
    count: number,
    program: string,
    environmentOf: (port: number) => NodeJS.ProcessEnv,
  ): Promise<DemoReplicas> {
    const ports: number[] = [];
    for (let place = 0; place < count; place++) ports.push(await freePort(FIRST_PORT + place));
    const folder = mkdtempSync(join(tmpdir(), 'worker-demo-'));
    const replicas = new DemoReplicas(ports, (place) => {
      return new DemoWorker(program, environmentOf(ports[place] ?? 0), folder, `${place + 1} | `);
    });
    for (const place of ports.keys()) replicas.begin(place);
    void replicas.killInTurn();
    return replicas;
  }

  /** Lets all of them end what they have in work. */
  async stop(): Promise<void> {
    this.stopping.abort();
    for (const worker of this.workers.values()) worker.stop();
    await Promise.all([...this.workers.values()].map(({ exited }) => exited));
  }

  kill(): void {
    for (const worker of this.workers.values()) worker.kill();
  }

  private begin(place: number): void {
    const worker = this.launch(place);
    this.workers.set(place, worker);
    void worker.exited.then(() => {
      const killed = this.workers.get(place) !== worker;
      if (!killed && !this.stopping.signal.aborted) this.end.resolve();
    });
  }

  private async killInTurn(): Promise<void> {
    const { signal } = this.stopping;
    try {
      for (let place = 0; ; place = (place + 1) % this.ports.length) {
        await sleep(KILL_EVERY_MS, undefined, { signal });
        const worker = this.workers.get(place);
        this.workers.delete(place);
        console.log(`${place + 1} | … is killed, as by kill -9. The others take its runs over within 10 s.`);
        worker?.kill();
        await sleep(AWAY_FOR_MS, undefined, { signal });
        console.log(`${place + 1} | … comes back.`);
        this.begin(place);
      }
    } catch {
      // The stop.
    }
  }
}
