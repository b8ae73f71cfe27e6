import type { Evidence } from '../../ops/why/explanation.js';
import { ExitCode } from '../../process/exit-code.js';
import type { Application } from '../application.js';
import { printable } from '../format/printable.js';
import { wallTime } from '../format/time.js';
import type { JsonOption } from '../options.js';
import type { Terminal } from '../terminal.js';

export interface WhyOptions extends JsonOption {
  readonly at?: Date;
}

/** What became of a slot and why, in one sentence, and what that rests on. */
export async function why(
  application: Application,
  terminal: Terminal,
  task: string,
  { at, json }: WhyOptions,
): Promise<ExitCode> {
  const explained = await application.why.explain(task, at ?? null);
  if (json) {
    terminal.printJson(explained);
    return ExitCode.success;
  }
  const { dim } = terminal.colors;
  const evidence = explained.evidence.map((each) => dim(`  ${each.kind.padEnd(8)} ${printable(textOf(each))}`));
  terminal.print([printable(explained.sentence), ...evidence].join('\n'));
  return ExitCode.success;
}

function textOf(evidence: Evidence): string {
  if (evidence.kind === 'schedule') {
    const since = evidence.since === null ? '' : `, in force since ${wallTime(evidence.since)}`;
    return `${evidence.schedule} (${evidence.timezone})${since}`;
  }
  if (evidence.kind === 'run') {
    const { id, status, reason, startedAt } = evidence.run;
    const began = startedAt === null ? '' : `, started ${wallTime(startedAt)}`;
    return `${id} ${status}${reason === null ? '' : ` (${reason})`}${began}`;
  }
  const { since, ends, reason, actor } = evidence.pause;
  const end = ends === null ? 'until it is resumed' : `until ${wallTime(ends)}`;
  return `since ${wallTime(since)} ${end}, by ${actor.name}${reason === null ? '' : `: ${reason}`}`;
}
