import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import pMap from 'p-map';
import { displayWidth } from '../src/runs/display-width.ts';
import { DIST } from './built-program.ts';
import { settings } from './faults/scenario.ts';
import { useScenario } from './faults/use-scenario.ts';

const TASK = 'process_pending_orders';
const POISON = 'order-00002';
const WIDTHS = [60, 80, 140];
/** Everything at every width, which takes five times as long: `TERMINAL=full`. */
const FULL = process.env['TERMINAL'] === 'full';

interface Command {
  /** `RUN` and `FILE` stand for the id of a run and for a path at which there is nothing yet. */
  readonly line: string;
  /** Fits the terminal; a text is whole, however long it is. */
  readonly isTable?: boolean;
  readonly hasJson?: boolean;
  /** Exit code beside a service, and without one. */
  readonly codes?: readonly [beside: number, alone: number];
}

/** What may be asked for in any order, and as often as one likes. */
const LOOKING: readonly Command[] = [
  { line: 'list', isTable: true },
  { line: `history ${TASK} --since 1h --trigger manual`, isTable: true },
  { line: `items ${TASK}`, isTable: true },
  { line: 'show RUN' },
  { line: `schedule ${TASK}` },
  { line: `why ${TASK}` },
  { line: 'logs RUN' },
  { line: 'config check' },
  { line: 'doctor' },
  { line: 'backup FILE' },
  { line: 'export FILE', hasJson: false, codes: [1, 0] },
  { line: 'migrate', hasJson: false },
  { line: 'completion bash', hasJson: false },
];
/** In an order in which each finds something to do. */
const CHANGING: readonly Command[] = [
  { line: `pause ${TASK} --for 1h` },
  { line: `resume ${TASK}` },
  { line: 'retry RUN', codes: [0, 1] },
  // It has failed once: nothing has set it aside yet.
  { line: `release ${TASK} ${POISON}`, codes: [1, 1] },
  { line: `run ${TASK} --detach`, codes: [0, 1] },
  { line: 'cancel LAST', codes: [0, 1] },
];
/** With nobody else at the ledger. */
const ALONE: readonly Command[] = [
  // One item fails.
  { line: `run ${TASK}`, codes: [3, 3] },
  { line: 'import EXPORT', hasJson: false },
  { line: 'restore BACKUP' },
];

/** Most of the time is that of starting; on a machine that is busy, of waiting for that. */
const TIMEOUT_MS = 300_000;
const AT_ONCE = 4;

describe('each command on a real terminal and in a pipe', () => {
  const test = useScenario();
  const words = new Map<string, string>();

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
    const { id } = (await test.current.runTask(TASK)).run;
    for (const name of ['RUN', 'LAST']) words.set(name, id);
  });

  let files = 0;
  const newFile = () => `${test.current.folder}/file-${(files += 1)}`;
  const typed = (line: string) =>
    line.split(' ').map((word) => words.get(word) ?? (word === 'FILE' ? newFile() : word));

  interface Printed {
    readonly code: number | null;
    readonly text: string;
  }

  interface Shown {
    readonly text: string;
    /** The same, without what draws it. */
    readonly shown: string;
  }

  /** On a terminal of so many columns, which a pseudo-terminal is to a program. */
  async function onTerminal(line: string, columns: number): Promise<Printed> {
    const stty = `stty cols ${columns} rows 40; exec "$@"`;
    const script = `exec script -qec "$(printf '%s ' sh -c "'${stty}'" sh "$@")" /dev/null`;
    const through = ['sh', '-c', script, 'sh'];
    const { code, stdout } = await test.current.run(typed(line), { LOG_LEVEL: 'warn' }, { through });
    return { code, text: stdout.replaceAll('\r', '').trimEnd() };
  }

  async function inPipe(line: string): Promise<Printed> {
    const { code, stdout, stderr } = await test.current.run(typed(line), { LOG_LEVEL: 'warn' });
    return { code, text: code === 0 ? stdout : stdout + stderr };
  }

  async function expectTerminal({ line, isTable = false }: Command, columns: number, code: number): Promise<Shown> {
    const printed = await onTerminal(line, columns);
    const shown = stripVTControlCharacters(printed.text);
    expect([line, columns, printed.code, shown === '']).toEqual([line, columns, code, false]);
    const widest = isTable ? Math.max(...shown.split('\n').map(displayWidth)) : 0;
    expect([line, columns, widest <= columns]).toEqual([line, columns, true]);
    return { text: printed.text, shown };
  }

  async function expectPipe({ line }: Command, code: number): Promise<void> {
    const { text, ...printed } = await inPipe(line);
    expect([line, printed.code, text.trim() === '', text.includes('\u001b')]).toEqual([line, code, false, false]);
  }

  /** Answers the JSON that it printed, as jq reads it where it is installed. */
  async function expectJson({ line, hasJson = true }: Command, code = 0): Promise<{ readonly id?: string }> {
    if (!hasJson) return {};
    const printed = await inPipe(`${line} --json`);
    expect([line, printed.code]).toEqual([line, code]);
    return throughJq(printed.text);
  }

  it(
    'prints what fits beside a service, and does what is asked for',
    async () => {
      await test.current.ready();
      await pMap(
        LOOKING.entries(),
        async ([at, command]) => {
          const [code] = command.codes ?? [0];
          const widths = command.isTable || FULL ? WIDTHS : [WIDTHS[at % WIDTHS.length]!];
          if (FULL) await expectPipe(command, code);
          for (const columns of widths) {
            const { shown } = await expectTerminal(command, columns, code);
            if (command.isTable) expect(shown).toMatch(/^service: running on http/m);
          }
          await expectJson(command, code);
        },
        { concurrency: AT_ONCE },
      );
      for (const columns of FULL ? WIDTHS : [60]) {
        for (const command of CHANGING.slice(0, 4)) await expectTerminal(command, columns, command.codes?.[0] ?? 0);
      }
      // What is to be cancelled does not end by itself.
      test.current.server.on('list orders', () => undefined);
      for (const command of CHANGING.slice(4)) {
        const { id } = await expectJson(command, command.codes?.[0]);
        if (id !== undefined) words.set('LAST', id);
      }
    },
    TIMEOUT_MS,
  );

  it(
    'prints as much without a service, or says that there is none',
    async () => {
      await pMap(
        LOOKING,
        async (command) => {
          // What is JSON in a pipe is plain without it: `every-command.spec.ts`.
          if (command.hasJson === false) await expectPipe(command, command.codes?.[1] ?? 0);
          await expectJson(command);
          for (const columns of FULL ? WIDTHS : command.isTable ? [60] : []) {
            const { shown } = await expectTerminal(command, columns, command.codes?.[1] ?? 0);
            if (command.isTable) expect(shown).toMatch(/^no service is running$/m);
          }
        },
        { concurrency: AT_ONCE },
      );
      for (const command of CHANGING) await expectPipe(command, command.codes?.[1] ?? 0);
      for (const columns of FULL ? WIDTHS : []) {
        for (const command of CHANGING) await expectTerminal(command, columns, command.codes?.[1] ?? 0);
      }
    },
    TIMEOUT_MS,
  );

  it(
    'runs here, and moves the whole ledger, where no service does',
    async () => {
      for (const [name, command] of [
        ['EXPORT', 'export'],
        ['BACKUP', 'backup'],
      ] as const) {
        words.set(name, newFile());
        expect(await inPipe(`${command} ${name}`)).toMatchObject({ code: 0 });
      }
      for (const [at, command] of ALONE.entries()) {
        for (const columns of FULL ? WIDTHS : [WIDTHS[at]!]) {
          const DATABASE_URL = command.line.startsWith('import') ? `sqlite:${newFile()}` : undefined;
          if (DATABASE_URL !== undefined) test.current.environment = { ...test.current.environment, DATABASE_URL };
          const { text } = await expectTerminal(command, columns, command.codes?.[1] ?? 0);
          if (command.line.startsWith('run')) expect(text).toContain('\u001b[');
        }
        await expectJson(command, command.codes?.[1]);
      }
    },
    TIMEOUT_MS,
  );
});

describe('the commands that are tried above', () => {
  it('are all that there are', () => {
    const { stdout: text } = spawnSync(process.execPath, [join(DIST, 'cli.js'), '--help'], { encoding: 'utf8' });
    const names = [...text.matchAll(/^ {2}([a-z]+)(?= [[< ])/gm)].map(([, name]) => name);
    const tried = new Set([...LOOKING, ...CHANGING, ...ALONE].map(({ line }) => line.split(' ')[0]));
    expect(names.filter((name) => name !== 'help' && !tried.has(name))).toEqual([]);
    expect(names).toContain('list');
  });
});

function throughJq(printed: string): { readonly id?: string } {
  const jq = spawnSync('jq', ['-c', '.'], { input: printed, encoding: 'utf8' });
  const read = jq.error ? printed : jq.stdout;
  if (!jq.error) expect([jq.status, jq.stderr]).toEqual([0, '']);
  const [first = ''] = read.trimEnd().split('\n');
  return JSON.parse(jq.error ? read : first) as { readonly id?: string };
}
