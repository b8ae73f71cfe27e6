import type { Command, Option } from 'commander';
import { RUN_STATUSES, type RunStatus, RUN_TRIGGERS } from '../../runs/run.js';

/** What only the ledger knows. Never rejects: without a ledger there is nothing to offer. */
export interface KnownNames {
  tasks(): Promise<readonly string[]>;
  /** The newest first; of those that begin like this. */
  runs(prefix: string, statuses?: readonly RunStatus[]): Promise<readonly string[]>;
  /** In trouble. */
  items(task: string): Promise<readonly string[]>;
}

/** Runs that a command makes sense for. */
const STATUSES: Readonly<Record<string, readonly RunStatus[]>> = {
  cancel: ['queued', 'running', 'interrupted'],
  retry: ['partial', 'failed', 'timed_out', 'cancelled'],
};
const VALUES: Readonly<Record<string, readonly string[]>> = { status: RUN_STATUSES, trigger: RUN_TRIGGERS };

/** What may stand in place of the last word. `words`: what follows the name of the program. */
export async function candidates(
  program: Command,
  words: readonly string[],
  known: KnownNames,
): Promise<readonly string[]> {
  const typed = words.at(-1) ?? '';
  const found = await offered(program, words.slice(0, -1), typed, known);
  return found.filter((candidate) => candidate.startsWith(typed));
}

async function offered(
  program: Command,
  before: readonly string[],
  typed: string,
  known: KnownNames,
): Promise<readonly string[]> {
  let command = program;
  const operands: string[] = [];
  let open: Option | undefined;
  for (const word of before) {
    if (open) open = undefined;
    else if (word.startsWith('-')) open = takesValue(optionOf(command, word));
    else {
      const inner = subcommands(command).find((each) => each.name() === word);
      if (inner && operands.length === 0) command = inner;
      else operands.push(word);
    }
  }
  if (open) return valuesOf(open, typed);
  if (typed.startsWith('-')) return command.options.flatMap(({ long }) => long ?? []).concat('--help');
  const inner = subcommands(command).map((each) => each.name());
  return inner.length > 0 ? inner : operandsOf(command, operands, typed, known);
}

async function operandsOf(
  command: Command,
  operands: readonly string[],
  typed: string,
  known: KnownNames,
): Promise<readonly string[]> {
  const { registeredArguments: all } = command;
  const argument = all[operands.length] ?? all.findLast(({ variadic }) => variadic);
  if (argument?.argChoices) return argument.argChoices;
  switch (argument?.name()) {
    case 'name':
      return known.tasks();
    case 'run':
      return known.runs(typed, STATUSES[command.name()]);
    case 'items':
      return (await known.items(operands[0] ?? '')).filter((id) => !operands.includes(id));
    default:
      return [];
  }
}

/** After a comma the next one of a list begins. */
function valuesOf(option: Option, typed: string): readonly string[] {
  const values = option.argChoices ?? VALUES[option.attributeName()] ?? [];
  const head = typed.slice(0, typed.lastIndexOf(',') + 1);
  return values.map((value) => head + value);
}

function subcommands(command: Command): readonly Command[] {
  return command.commands.filter((each) => !isHidden(each));
}

function isHidden(command: Command): boolean {
  return (command as Command & { readonly _hidden?: boolean })._hidden === true;
}

function optionOf(command: Command, word: string): Option | undefined {
  return command.options.find(({ long, short }) => long === word || short === word);
}

function takesValue(option: Option | undefined): Option | undefined {
  return option && !option.isBoolean() ? option : undefined;
}
