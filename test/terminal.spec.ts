import { spawnSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { displayWidth } from '../src/runs/display-width.ts';
import { settings } from './faults/scenario.ts';
import { useScenario } from './faults/use-scenario.ts';

const TASK = 'process_pending_orders';
const POISON = 'order-00002';
const WIDTHS = [60, 80, 140];

/** Tables fit the terminal; texts are whole, however long they are. */
const READING: [line: string, layout: 'table' | 'text'][] = [
  ['list', 'table'],
  ['history', 'table'],
  [`history ${TASK} --since 1h --trigger manual`, 'table'],
  [`items ${TASK}`, 'table'],
  ['show RUN', 'text'],
  [`schedule ${TASK}`, 'text'],
  [`why ${TASK}`, 'text'],
  ['logs RUN', 'text'],
  ['config check', 'text'],
  ['doctor', 'text'],
];
/** In an order in which each finds something to do. */
const CHANGING: [line: string, code: number][] = [
  [`pause ${TASK} --for 1h`, 0],
  [`resume ${TASK}`, 0],
  ['retry RUN', 0],
  // It has failed once: nothing has set it aside yet.
  [`release ${TASK} ${POISON}`, 1],
];

/** Most of the time is that of starting; on a machine that is busy, of waiting for that. */
const TIMEOUT_MS = 300_000;

describe('each command on a real terminal and in a pipe', () => {
  const test = useScenario();
  const ids = new Map<string, string>();

  /** One run, one of whose items fails. */
  beforeEach(async () => {
    test.expectations = { everyOrderProcessed: false };
    test.current.environment = settings(TASK, { SCHEDULE: '0 3 * * 1-5', TIMEZONE: 'Europe/Berlin' });
    const { model } = test.current.server;
    // Which is what `doctor` asks for.
    test.current.server.on(
      ({ path }) => path === '/',
      (_, reply) => reply.json(200, {}),
    );
    model.addNumberedOrders(5);
    model.unprocessable.add(POISON);
    ids.set('RUN', (await test.current.runTask(TASK)).run.id);
  });

  const words = (line: string) => line.split(' ').map((word) => ids.get(word) ?? word);

  /** On a terminal of so many columns, which a pseudo-terminal is to a program. */
  async function onTerminal(line: string, columns: number) {
    const typed = `stty cols ${columns} rows 40; exec "$@"`;
    const script = `exec script -qec "$(printf '%s ' sh -c "'${typed}'" sh "$@")" /dev/null`;
    const { code, stdout } = await test.current.run(
      words(line),
      { LOG_LEVEL: 'warn' },
      { through: ['sh', '-c', script, 'sh'] },
    );
    return { code, shown: stripVTControlCharacters(stdout).replaceAll('\r', '').trimEnd(), raw: stdout };
  }

  /** Answers the JSON that it printed, as jq reads it where it is installed. */
  async function inPipe(line: string): Promise<unknown> {
    const { code, stdout } = await test.current.run([...words(line), '--json']);
    expect([line, code]).toEqual([line, 0]);
    return throughJq(stdout);
  }

  it(
    'prints what fits, beside a service',
    async () => {
      await test.current.ready();
      for (const [line, layout] of READING) {
        for (const columns of layout === 'table' ? WIDTHS : WIDTHS.slice(0, 1)) {
          const { code, shown } = await onTerminal(line, columns);
          expect([line, columns, code, shown === '']).toEqual([line, columns, 0, false]);
          const widest = Math.max(...shown.split('\n').map(displayWidth));
          if (layout === 'table') expect([line, columns, widest <= columns]).toEqual([line, columns, true]);
        }
        await inPipe(line);
      }
      for (const [line, expected] of CHANGING) {
        const { code, shown } = await onTerminal(line, 60);
        expect([line, code, shown === '']).toEqual([line, expected, false]);
      }
      test.current.server.on('list orders', () => undefined);
      ids.set('LAST', ((await inPipe(`run ${TASK} --detach`)) as { id: string }).id);
      await inPipe('cancel LAST');
    },
    TIMEOUT_MS,
  );

  it(
    'prints as much without a service',
    async () => {
      for (const [line] of READING) await inPipe(line);
      for (const [line, layout] of READING) {
        const { stdout, code } = await test.current.run(words(line));
        expect([line, code, stdout.trim() === '', stdout.includes('\u001b')]).toEqual([line, 0, false, false]);
        if (layout === 'table') expect((await onTerminal(line, 60)).shown).toMatch(/^no service is running$/m);
      }
    },
    TIMEOUT_MS,
  );

  it('draws colours and a bar on a terminal alone', async () => {
    const { raw } = await onTerminal(`run ${TASK}`, 80);
    expect(raw).toContain('\u001b[');
  });
});

function throughJq(printed: string): unknown {
  const jq = spawnSync('jq', ['-c', '.'], { input: printed, encoding: 'utf8' });
  const read = jq.error ? printed : jq.stdout;
  if (!jq.error) expect([jq.status, jq.stderr]).toEqual([0, '']);
  try {
    return JSON.parse(read);
  } catch {
    return read
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  }
}
