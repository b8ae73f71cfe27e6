/**
 * Loaded before the program (`node --import`): moves its wall clock and lets it run faster, as on a
 * machine whose clock is set, or which was asleep. `CLOCK_SHIFT_FILE` names a JSON file, read again
 * on SIGUSR2:
 *
 *   real, shown  an instant of the real clock, and what this clock shows at it (epoch milliseconds)
 *   speed        how often faster time passes; timers are sped up with it (read at the start only)
 *
 * Only `Date` and timers are changed. `performance.now()` and `process.hrtime()` are not: they
 * measure work.
 */
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { promisify } from 'node:util';

const RealDate = Date;
let setting = read();

function read() {
  return JSON.parse(readFileSync(process.env.CLOCK_SHIFT_FILE, 'utf8'));
}

const now = () => Math.floor(setting.shown + (RealDate.now() - setting.real) * setting.speed);

globalThis.Date = new Proxy(RealDate, {
  construct: (target, parameters, newTarget) =>
    Reflect.construct(target, parameters.length === 0 ? [now()] : parameters, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
});

if (setting.speed !== 1) {
  const { speed } = setting;
  // `setTimeout` fires at once beyond 2^31 - 1: such a delay must stay absurd.
  const scale = (delay) => (delay > 0x7fffffff ? delay : Number(delay ?? 0) / speed);
  for (const name of ['setTimeout', 'setInterval']) {
    const real = globalThis[name];
    const realPromise = timersPromises[name];
    timersPromises[name] = (delay, ...parameters) => realPromise(scale(delay), ...parameters);
    const scaled = (callback, delay, ...parameters) => real(callback, scale(delay), ...parameters);
    scaled[promisify.custom] = timersPromises[name];
    globalThis[name] = timers[name] = scaled;
  }
  syncBuiltinESMExports();
}

process.on('SIGUSR2', () => {
  setting = { ...read(), speed: setting.speed };
  process.stdout.write(`${JSON.stringify({ level: 'info', msg: 'Clock shifted' })}\n`);
});
