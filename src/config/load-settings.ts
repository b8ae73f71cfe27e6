import type { z } from 'zod';
import type { ConfigurationProblem } from './configuration.error.js';
import { environmentSchema, proxySchema, taskOverrideSchema } from './environment.schema.js';
import { HIDDEN, shown, shownPath } from './masking.js';
import type { TaskOverride, WorkerSettings } from './settings.js';
import { readVariableFile } from './variable-file.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const SECRETS = new Set(['DATA_API_TOKEN', 'OPS_TOKEN']);
const OVERRIDE = /^TASK_(.+)_(SCHEDULE|TIMEZONE|TIMEOUT|CATCH_UP)$/;

/**
 * Reads the whole configuration from the environment. Never throws: what is wrong is listed in
 * `problems`, and the values of those variables are then their defaults, so that the rest of the
 * start-up can be checked as well.
 */
export function loadSettings(environment: Environment): WorkerSettings {
  return new SettingsLoader(environment).load();
}

class SettingsLoader {
  private readonly problems: ConfigurationProblem[] = [];
  /** Variables whose file could not be read: one problem each is enough. */
  private readonly unread = new Set<string>();

  constructor(private readonly environment: Environment) {}

  load(): WorkerSettings {
    const values = this.parse(environmentSchema, this.variables(), '');
    return {
      dataApi: {
        // Never requested: a missing address is a problem, and problems end the start.
        url: values.DATA_API_URL ?? 'http://data-api.invalid',
        token: values.DATA_API_TOKEN,
        concurrency: values.DATA_API_CONCURRENCY,
        timeout: values.DATA_API_TIMEOUT,
        proxy: this.namesProxy(),
      },
      database: { path: values.DATABASE_URL },
      http: { host: values.HOST, port: values.PORT },
      opsToken: values.OPS_TOKEN,
      logging: {
        level: values.LOG_LEVEL,
        format: values.LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json'),
      },
      shutdownTimeout: values.SHUTDOWN_TIMEOUT,
      runOnStart: values.RUN_ON_START,
      cleanupOlderThan: values.CLEANUP_OLDER_THAN,
      taskOverrides: this.taskOverrides(),
      unknownTaskVariables: Object.keys(this.environment).filter((name) => /^TASK_/.test(name) && !OVERRIDE.test(name)),
      problems: this.problems,
    };
  }

  /** Empty means not set, as where a compose file passes a variable through. */
  private variables(): Record<string, string> {
    const names = Object.keys(environmentSchema.shape);
    const values = names.map((name) => [name, this.variable(name)] as const);
    return Object.fromEntries(values.filter((entry): entry is [string, string] => entry[1] !== undefined));
  }

  private variable(name: string): string | undefined {
    const value = this.environment[name] || undefined;
    const file = this.environment[`${name}_FILE`] || undefined;
    if (file === undefined) return value;
    const problem = { subject: `${name}_FILE`, found: shownPath(file) };
    if (value !== undefined) {
      this.problems.push({ ...problem, expected: `only one of ${name} and ${name}_FILE` });
      return value;
    }
    const read = readVariableFile(file);
    if ('content' in read) return read.content;
    this.problems.push({ ...problem, expected: read.expected });
    this.unread.add(name);
    return undefined;
  }

  /** Only usable ones count: the rest of the start is checked without those that are not. */
  private namesProxy(): boolean {
    const names = Object.keys(proxySchema.shape);
    const set = names.flatMap((name) => (this.environment[name] ? [[name, this.environment[name]]] : []));
    const proxies = this.parse(proxySchema, Object.fromEntries(set) as Record<string, string>, '');
    const isSet = Object.values(proxies).some((proxy) => proxy !== undefined);
    return isSet && this.problems.every(({ subject }) => !names.includes(subject));
  }

  private taskOverrides(): Map<string, TaskOverride> {
    const byTask = new Map<string, Record<string, string>>();
    for (const [variable, value] of Object.entries(this.environment)) {
      const [, name, setting] = OVERRIDE.exec(variable) ?? [];
      if (name === undefined || setting === undefined || !value) continue;
      byTask.set(name, { ...byTask.get(name), [setting]: value });
    }
    return new Map([...byTask].map(([name, raw]) => [name, this.taskOverride(name, raw)]));
  }

  private taskOverride(name: string, raw: Record<string, string>): TaskOverride {
    const { SCHEDULE, TIMEZONE, TIMEOUT, CATCH_UP } = this.parse(taskOverrideSchema, raw, `TASK_${name}_`);
    return {
      ...(SCHEDULE !== undefined && { schedule: SCHEDULE }),
      ...(TIMEZONE !== undefined && { timezone: TIMEZONE }),
      ...(TIMEOUT !== undefined && { timeout: TIMEOUT }),
      ...(CATCH_UP !== undefined && { catchUp: CATCH_UP }),
    };
  }

  /** Parses each variable on its own, so that one bad value neither hides nor spoils another. */
  private parse<S extends z.ZodObject>(schema: S, raw: Record<string, string>, prefix: string): z.output<S> {
    const values: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(schema.shape)) {
      const parsed = (field as z.ZodType).safeParse(raw[name]);
      values[name] = parsed.success ? parsed.data : (field as z.ZodType).safeParse(undefined).data;
      if (parsed.success || this.unread.has(prefix + name)) continue;
      this.problems.push({
        subject: prefix + name,
        found: this.found(prefix + name, raw[name]),
        expected: parsed.error.issues[0]?.message ?? 'another value',
      });
    }
    return values as z.output<S>;
  }

  /** A value as a message may show it. What was read from a file is a secret. */
  private found(variable: string, value: string | undefined): string | undefined {
    if (value === undefined) return undefined;
    if (this.environment[`${variable}_FILE`]) return `${HIDDEN}, from ${variable}_FILE`;
    return SECRETS.has(variable) ? HIDDEN : shown(value);
  }
}
