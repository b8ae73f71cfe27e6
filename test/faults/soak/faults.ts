import { DatabaseSync } from 'node:sqlite';
import { brokenAnswers, wrongBodies } from '../hostile/answers.ts';
import { limitFileSize } from '../file-size-limit.ts';
import type { Behaviour } from '../scripted-server.ts';
import type { Soak } from './soak.ts';

/** Breaks something for a while, and mends it. */
export type Fault = (soak: Soak) => Promise<void>;

const hostile: readonly Behaviour[] = Object.values({
  ...wrongBodies('{"items": []}'),
  ...brokenAnswers('{"items": []}'),
});

/** Faults that end the process; it is started again at once. */
export const LETHAL: Readonly<Record<string, Fault>> = {
  'kill -9': async (soak) => {
    await soak.worker.stop('SIGKILL');
    await soak.restart();
  },
  'kill -9 during the start': async (soak) => {
    await soak.worker.stop('SIGKILL');
    await soak.restart({ wait: false });
    await soak.pause(50, 600);
    await soak.worker.stop('SIGKILL');
    await soak.restart();
  },
  SIGTERM: async (soak) => {
    const { code } = await soak.worker.stop('SIGTERM');
    if (code !== 0) soak.complain(`SIGTERM ended the process with ${code}`);
    await soak.restart();
  },
};

/** Faults that the process has to live through. */
export const SURVIVABLE: Readonly<Record<string, Fault>> = {
  SIGSTOP: async (soak) => {
    soak.worker.pause();
    await soak.pause(500, 3_000);
    soak.worker.resume();
  },
  'connections refused': async (soak) => {
    const { server } = soak;
    await server.refuse();
    await soak.pause(500, 4_000);
    await server.listen();
  },
  'every answer 503': (soak) => behave(soak, (_, reply) => reply.json(503, {})),
  'some answers 500': (soak) =>
    behave(
      soak,
      sometimes(soak, 0.2, (_, reply) => reply.json(500, {})),
    ),
  'some answers 429': (soak) =>
    behave(
      soak,
      sometimes(soak, 0.1, (_, reply) => reply.json(429, {}, { 'retry-after': '1' })),
    ),
  'some connections reset before an effect': (soak) =>
    behave(
      soak,
      sometimes(soak, 0.1, (_, reply) => reply.reset()),
    ),
  'some connections reset after an effect': (soak) =>
    behave(
      soak,
      sometimes(soak, 0.1, (_, reply, next) => {
        next();
        reply.reset();
      }),
    ),
  'some requests hang': (soak) =>
    behave(
      soak,
      sometimes(soak, 0.02, () => undefined),
    ),
  'some answers hostile': (soak) =>
    behave(
      soak,
      sometimes(soak, 0.05, (...parameters) => soak.random.pick(hostile)(...parameters)),
    ),
  'a slow Data API': async (soak) => {
    const { server } = soak;
    server.model.latency = 200;
    await soak.pause(500, 4_000);
    server.model.latency = 5;
  },
  'a list that lags': async (soak) => {
    const { server } = soak;
    server.model.lag = 500;
    await soak.pause(500, 4_000);
    server.model.lag = 0;
  },
  'the ledger locked': async (soak) => {
    const other = new DatabaseSync(soak.scenario.ledger, { timeout: 1_000 });
    try {
      other.exec('begin immediate');
      await soak.pause(200, 2_000);
      other.exec('rollback');
    } finally {
      other.close();
    }
  },
  'the disk full': async (soak) => {
    limitFileSize(soak.worker, 4_096);
    await soak.pause(500, 3_000);
    limitFileSize(soak.worker, 'unlimited');
  },
};

async function behave(soak: Soak, behaviour: Behaviour): Promise<void> {
  const end = soak.server.on('any', behaviour);
  await soak.pause(500, 4_000);
  end();
}

function sometimes({ random }: Soak, probability: number, behaviour: Behaviour): Behaviour {
  return (request, reply, next) => (random.next() < probability ? behaviour(request, reply, next) : next());
}
