import type { z } from 'zod';
import { addressOf, databaseSettings } from './database-settings.js';
import { type ConfigurationProblem, NOT_SET } from './configuration.error.js';
import { credentialProblems, credentialsOf, secretOf } from './api-credentials.js';
import { configuredSecrets } from './configured-secrets.js';
import { apiSchema, environmentSchema, proxySchema, taskOverrideSchema } from './environment.schema.js';
import { HIDDEN, shown, shownPath } from './masking.js';
import type { EnvironmentFile } from './environment-file.js';
import { type ApiNames, apiNameProblems, apiNames, usableNames, variablePrefix } from './registered-apis.js';
import { overrideOf } from './task-override.js';
import { isOfATask, isOverride, overridesByTask, taskVariables } from './task-variables.js';
import { readRegularFile } from './regular-file.js';
import { keepSecret } from './secret-mask.js';
import type { ApiSettings, ConfigurationWarning, Environment, TaskOverride, WorkerSettings } from './settings.js';
import { fileWarnings, transportProblems, unsafeWarnings, worldWritableWarning } from './unsafe-settings.js';
import { headerSecrets, isOfOpenTelemetry, tracesOf } from './trace-variables.js';
import { isServiceLink, meantVariable } from './variable-names.js';

const NAMES = Object.keys(environmentSchema.shape);
const API_SETTINGS = Object.keys(apiSchema.shape) as (keyof typeof apiSchema.shape)[];
const SECRET = /_(?:TOKEN|PASSWORD|CLIENT_SECRET|PING_URL|WEBHOOK_URL|HEADERS)$/;

/**
 * Reads the whole configuration from the environment, which wins over the file. Never throws: what
 * is wrong is listed in `problems`, and the values of those variables are then their defaults, so
 * that the rest of the start-up can be checked as well. Call when the modules of the tasks are
 * loaded: they name the APIs. Secrets are masked from then on.
 */
export function loadSettings(
  environment: Environment,
  file?: EnvironmentFile,
  apis: ApiNames = apiNames,
): WorkerSettings {
  return new SettingsLoader(environment, file, apis).load();
}

class SettingsLoader {
  private readonly problems: ConfigurationProblem[] = [];
  private readonly warnings: ConfigurationWarning[] = [];
  /** Variables whose file could not be read: one problem each is enough. */
  private readonly unread = new Set<string>();

  /** Names of variables, and of the files that may hold their values. */
  private readonly ours: readonly string[];
  /** Of the environment and the file: all variables of the one, our own of the other. */
  private readonly environment: Environment;

  constructor(
    environment: Environment,
    private readonly file: EnvironmentFile | undefined,
    private readonly apis: ApiNames,
  ) {
    const ofApis = ['data', ...usableNames(apis)].flatMap((name) => variablesOf(variablePrefix(name)));
    this.ours = [...ofApis, ...NAMES].flatMap((name) => [name, `${name}_FILE`]);
    const ofFile = Object.entries(file?.variables ?? {}).filter(([name]) => this.isOurs(name) || isOfATask(name));
    this.environment = { ...Object.fromEntries(ofFile), ...environment };
  }

  load(): WorkerSettings {
    if (this.file) this.checkFile(this.file);
    const dataApi = { ...this.api('data'), proxy: this.namesProxy() };
    const apis = usableNames(this.apis).map((name) => this.api(name));
    const values = this.parse(environmentSchema, this.variables(NAMES), '');
    const taskOverrides = this.taskOverrides();
    const secrets = [
      ...[dataApi, ...apis].map(secretOf),
      ...[values.OPS_TOKEN, values.OPS_VIEWER_TOKEN, values.METRICS_TOKEN, values.ALERT_WEBHOOK_URL],
      ...[...taskOverrides.values()].map(({ pingUrl }) => pingUrl),
      ...headerSecrets(this.environment, values),
    ];
    const database = databaseSettings(values.DATABASE_URL, values.DATABASE_SCHEMA);
    // Its password may have come from a file.
    keepSecret(...secrets, ...configuredSecrets({ ...this.environment, DATABASE_URL: addressOf(database) }));
    const otherVariables = this.otherVariables();
    this.problems.push(
      ...apiNameProblems(this.apis),
      ...this.slips(otherVariables),
      ...transportProblems(this.environment),
    );
    this.warnings.push(...unsafeWarnings(this.environment, [dataApi, ...apis], database));
    return {
      dataApi,
      apis,
      database,
      http: { host: values.HOST, port: values.PORT },
      opsToken: values.OPS_TOKEN,
      opsViewerToken: values.OPS_VIEWER_TOKEN,
      metricsToken: values.METRICS_TOKEN,
      publicUrl: values.PUBLIC_URL,
      environment: values.ENVIRONMENT,
      alerts: {
        webhookUrl: values.ALERT_WEBHOOK_URL,
        format: values.ALERT_FORMAT,
        afterFailures: values.ALERT_AFTER_FAILURES,
      },
      traces: tracesOf(this.environment, values),
      logging: {
        level: values.LOG_LEVEL,
        format: values.LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json'),
      },
      shutdownTimeout: values.SHUTDOWN_TIMEOUT,
      runOnStart: values.RUN_ON_START,
      cleanupOlderThan: values.CLEANUP_OLDER_THAN,
      taskOverrides,
      taskVariables: taskVariables(this.environment),
      environmentFile: this.file?.path ?? null,
      otherVariables,
      warnings: this.warnings,
      problems: this.problems,
    };
  }

  private api(name: string): ApiSettings {
    const prefix = variablePrefix(name);
    const set = this.variables(variablesOf(prefix));
    const raw = Object.fromEntries(
      Object.entries(set).map(([variable, value]) => [variable.slice(prefix.length), value]),
    );
    const missing = name === 'data' ? NOT_SET : `${NOT_SET}, and a module registers the API ${name}`;
    const { URL: url, CONCURRENCY, RATE, TIMEOUT, ...credentials } = this.parse(apiSchema, raw, prefix, missing);
    const isSet = (variable: string) => variable in raw || this.unread.has(prefix + variable);
    this.problems.push(...credentialProblems(prefix, isSet));
    return {
      name,
      prefix,
      // Never requested: a missing address is a problem, and problems end the start.
      url: url ?? `http://${name}-api.invalid`,
      credentials: credentialsOf(credentials),
      concurrency: CONCURRENCY,
      ratePerSecond: RATE,
      timeout: TIMEOUT,
    };
  }

  private isOurs(variable: string): boolean {
    return this.ours.includes(variable) || isOverride(variable) || isOfOpenTelemetry(variable);
  }

  private slips(variables: readonly string[]): ConfigurationProblem[] {
    return variables.flatMap((variable) => {
      const meant = meantVariable(variable, this.ours);
      return meant === undefined ? [] : [{ subject: variable, found: 'not a variable of the worker', expected: meant }];
    });
  }

  private checkFile(file: EnvironmentFile): void {
    if (file.expected !== undefined) this.problems.push({ subject: file.path, expected: file.expected });
    this.warnings.push(...fileWarnings(file));
  }

  private otherVariables(): string[] {
    const all = { ...this.file?.variables, ...this.environment };
    return Object.keys(all).filter((name) => !this.isOurs(name) && !isServiceLink(name, all[name]));
  }

  /** Empty means not set, as where a compose file passes a variable through. */
  private variables(names: readonly string[]): Record<string, string> {
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
    const read = readRegularFile(file);
    if ('content' in read && read.worldWritable) this.warnings.push(worldWritableWarning(`${name}_FILE`));
    if ('content' in read && read.content.trim()) return read.content.trim();
    this.problems.push({ ...problem, expected: 'content' in read ? 'a file that is not empty' : read.expected });
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
    const byTask = [...overridesByTask(this.environment)];
    return new Map(byTask.map(([name, raw]) => [name, this.taskOverride(name, raw)]));
  }

  private taskOverride(name: string, raw: Record<string, string>): TaskOverride {
    return overrideOf(this.parse(taskOverrideSchema, raw, `TASK_${name}_`));
  }

  /** Parses each variable on its own, so that one bad value neither hides nor spoils another. */
  private parse<S extends z.ZodObject>(
    schema: S,
    raw: Record<string, string>,
    prefix: string,
    missing = NOT_SET,
  ): z.output<S> {
    const values: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(schema.shape)) {
      const parsed = (field as z.ZodType).safeParse(raw[name]);
      values[name] = parsed.success ? parsed.data : (field as z.ZodType).safeParse(undefined).data;
      if (parsed.success || this.unread.has(prefix + name)) continue;
      this.problems.push({
        subject: prefix + name,
        found: this.found(prefix + name, raw[name]) ?? missing,
        expected: parsed.error.issues[0]?.message ?? 'another value',
      });
    }
    return values as z.output<S>;
  }

  /** A value as a message may show it. What was read from a file is a secret. */
  private found(variable: string, value: string | undefined): string | undefined {
    if (value === undefined) return undefined;
    if (this.environment[`${variable}_FILE`]) return `${HIDDEN}, from ${variable}_FILE`;
    return SECRET.test(variable) ? HIDDEN : shown(value);
  }
}

function variablesOf(prefix: string): string[] {
  return API_SETTINGS.map((setting) => prefix + setting);
}
