import type { z } from 'zod';
import { type ConfigurationProblem, NOT_SET } from '../../config/configuration.error.js';
import { HIDDEN, shown, shownPath } from '../../config/masking.js';
import { readRegularFile } from '../../config/regular-file.js';
import type { BaseTask } from '../authoring/base.task.js';
import { settingText, type ShownSetting, TaskSettings, variableSuffix } from '../authoring/task-settings.js';
import { expectationOf, fieldOf, keysWithoutFalse, READABLE_BOOLEAN, readText } from './text-value.js';

const SECRET = /(?:TOKEN|SECRET|PASSWORD|KEY)$/;
/** Endings that belong to the worker: with them a variable could be meant for another task. */
const RESERVED = /(?:^|_)(?:SCHEDULE|TIMEZONE|TIMEOUT|CATCH_UP|SPREAD|CONCURRENCY|PING_URL|FILE)$/;

/** The variables of a task's own settings, by the names of the settings. */
export function ownVariables({ name, settings }: BaseTask): ReadonlyMap<string, string> {
  if (!(settings instanceof TaskSettings)) return new Map();
  const names = Object.keys(settings.schema.shape);
  return new Map(names.map((key) => [key, `TASK_${String(name).toUpperCase()}_${variableSuffix(key)}`]));
}

/** Reads a task's own settings and hands them to it, or tells what is wrong with them. */
export class OwnSettings {
  readonly problems: ConfigurationProblem[] = [];
  readonly shown: ShownSetting[] = [];

  constructor(
    private readonly task: BaseTask,
    private readonly variables: ReadonlyMap<string, string>,
  ) {}

  read(): void {
    const { settings } = this.task;
    if (settings === undefined) return;
    if (!(settings instanceof TaskSettings)) {
      this.complain(this.subject, 'with settings that are not from taskSettings()', 'taskSettings(z.object({ … }))');
      return;
    }
    for (const key of keysWithoutFalse(settings.schema)) {
      this.complain(this.subject, `with the setting ${key}, for which the text false is true`, READABLE_BOOLEAN);
    }
    const inputs: Record<string, unknown> = {};
    for (const [key, variable] of ownVariables(this.task)) {
      if (RESERVED.test(variableSuffix(key))) {
        this.complain(this.subject, `with the setting ${key}`, 'a name that does not end as a setting of the worker');
        continue;
      }
      const text = this.textOf(variable);
      const read = readText(fieldOf(settings.schema, key), text);
      if ('input' in read) inputs[key] = read.input;
      else this.complain(variable, this.found(variable, text), read.expected);
      this.shown.push({ variable, value: this.shownValue(variable, text, fieldOf(settings.schema, key)) });
    }
    if (this.problems.length > 0) return;
    const whole = settings.schema.safeParse(inputs);
    if (whole.success) settings.accept(whole.data);
    else this.complain(this.subject, 'with settings that do not go together', expectationOf(whole.error.issues[0]));
  }

  private textOf(variable: string): string | undefined {
    const text = this.variables.get(variable);
    const file = this.variables.get(`${variable}_FILE`);
    if (file === undefined) return text;
    if (text !== undefined) {
      this.complain(`${variable}_FILE`, shownPath(file), `only one of ${variable} and ${variable}_FILE`);
      return text;
    }
    const read = readRegularFile(file);
    if ('content' in read) return read.content.trim();
    this.complain(`${variable}_FILE`, shownPath(file), read.expected);
    return undefined;
  }

  private found(variable: string, text: string | undefined): string {
    if (text === undefined) return NOT_SET;
    return SECRET.test(variable) || this.variables.has(`${variable}_FILE`) ? HIDDEN : shown(text);
  }

  private shownValue(variable: string, text: string | undefined, field: z.ZodType): string {
    if (text !== undefined) return this.found(variable, text);
    const { data: value } = field.safeParse(undefined);
    if (value === undefined) return NOT_SET;
    return `${this.found(variable, settingText(field, value))} (default)`;
  }

  private get subject(): string {
    return `task ${this.task.name}`;
  }

  private complain(subject: string, found: string, expected: string): void {
    this.problems.push({ subject, found, expected });
  }
}
