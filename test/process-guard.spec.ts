import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { DIST } from './built-program.ts';

/** What a task may leave behind: each fails a moment later, when nothing waits for it. */
const STRAYS = {
  'a rejection': `void Promise.reject(new Error('stray'))`,
  'a late rejection': `void new Promise((_, reject) => setTimeout(() => reject(new Error('stray')), 10))`,
  'an exception in a timer': `setTimeout(() => { throw new Error('stray') }, 10)`,
  'an exception in a microtask': `queueMicrotask(() => { throw new Error('stray') })`,
  'an error event that nobody listens to': `setImmediate(() => new (require('events'))().emit('error', new Error('stray')))`,
};

const module = (path: string) => JSON.stringify(pathToFileURL(`${DIST}/${path}`).href);

/** A program, guarded like the service, that leaves this behind, inside a run or outside. */
function run(stray: string, where: 'inside' | 'outside') {
  const scope = `{ runId: 'run-1', task: 'sample', attempt: 1, slot: null }`;
  const program = `
    import { createRequire } from 'node:module';
    import { guardProcess } from ${module('process/process-guard.js')};
    import { WorkerEvents } from ${module('runs/worker-events.js')};
    import { LogSubscriber } from ${module('telemetry/log.subscriber.js')};
    import { enterRunScope } from ${module('worker/execution/run-scope.js')};
    const require = createRequire(${module('main.js')});
    const events = new WorkerEvents();
    new LogSubscriber(events, { dataApi: { url: 'http://127.0.0.1:9' }, apis: [] });
    guardProcess(events);
    setTimeout(() => process.stdout.write('still here'), 100);
    const work = () => { ${stray}; };
    ${where === 'inside' ? `enterRunScope(${scope}, work)` : 'work()'};
  `;
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
}

describe('an error that nothing catches', () => {
  it.each(Object.entries(STRAYS))('does not end the process when a task leaves it behind: %s', (_, stray) => {
    const { status, stdout, stderr } = run(stray, 'inside');
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stdout).toContain('still here');
    expect(stdout + stderr).toContain('the task left it behind');
  });

  it.each(Object.entries(STRAYS))('ends the process loudly when it is a fault of the program: %s', (_, stray) => {
    const { status, stdout, stderr } = run(stray, 'outside');
    expect({ status, stdout }).toMatchObject({ status: 1, stdout: expect.not.stringContaining('still here') });
    expect(stdout + stderr).toMatch(/the process ends[\s\S]*Error: stray\n +at /);
  });
});
