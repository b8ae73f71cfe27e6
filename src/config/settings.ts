import type { ConfigurationProblem } from './configuration.error.js';
import type { DatabaseSettings } from './database-settings.js';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Bounds of the requests in flight to the Data API; equal bounds mean a fixed number. */
export interface ConcurrencyBounds {
  readonly min: number;
  readonly max: number;
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

export type CatchUp = 'skip' | 'latest' | 'all';

/** What the environment says about one task, by setting; each overrides the task's own value. */
export interface TaskOverride {
  /** `every 5m`, a cron expression, or `off`. */
  readonly schedule?: string;
  /** IANA zone of a cron expression. */
  readonly timezone?: string;
  /** Deadline of one run, in milliseconds. */
  readonly timeout?: number;
  readonly catchUp?: CatchUp;
  /** Is told of each run: a dead-man's switch. */
  readonly pingUrl?: string;
  /** By how much its runs may be put off after their slots, in milliseconds. */
  readonly spread?: number;
  /** Items of it in work at once, at the most. */
  readonly concurrency?: number;
}

/** What is allowed, and should not be. */
export interface ConfigurationWarning {
  /** The environment variable or the file. */
  readonly subject: string;
  /** Goes on after the subject, and says what to do. */
  readonly message: string;
}

/** Where client credentials are exchanged for access tokens. */
export interface OAuthSettings {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string | undefined;
}

/** How a worker proves to an API who it is. */
export type ApiCredentials =
  | { readonly kind: 'token'; readonly token: string; readonly header?: string | undefined }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | ({ readonly kind: 'oauth' } & OAuthSettings);

/** One HTTP API. Durations are milliseconds. */
export interface ApiSettings {
  /** `data`, or the name that a module has registered. */
  readonly name: string;
  /** What its variables begin with: `DATA_API_`. */
  readonly prefix: string;
  /** Base URL without a trailing slash; a path prefix is kept. */
  readonly url: string;
  readonly credentials?: ApiCredentials | undefined;
  readonly concurrency: ConcurrencyBounds;
  /** Requests a second that are never exceeded; without one the rate is found out alone. */
  readonly ratePerSecond?: number | undefined;
  /** One HTTP attempt, body included. */
  readonly timeout: number;
}

/** The whole configuration, parsed. Durations are milliseconds. */
export interface WorkerSettings {
  readonly dataApi: ApiSettings & {
    /** The environment names an HTTP proxy; the transport reads there which one. */
    readonly proxy: boolean;
  };
  /** Those that modules have registered, beside the Data API. */
  readonly apis: readonly ApiSettings[];
  readonly database: DatabaseSettings;
  readonly http: { readonly host: string; readonly port: number };
  /** Bearer tokens of the ops API: for operators, and for those who only look. */
  readonly opsToken?: string | undefined;
  readonly opsViewerToken?: string | undefined;
  readonly metricsToken?: string | undefined;
  /** Where people reach the service, without a trailing slash. */
  readonly publicUrl?: string | undefined;
  /** `production`, `staging`: for people who look after several. */
  readonly environment?: string | undefined;
  readonly alerts: {
    /** Undefined: nobody is told. */
    readonly webhookUrl?: string | undefined;
    readonly format: 'json' | 'slack';
    /** Runs that fail in a row before somebody is told. */
    readonly afterFailures: number;
  };
  /** OpenTelemetry's variables, where they ask for traces; undefined: none are recorded. */
  readonly traces?: Readonly<Record<string, string>> | undefined;
  readonly logging: { readonly level: LogLevel; readonly format: 'json' | 'pretty' };
  readonly shutdownTimeout: number;
  readonly runOnStart: boolean;
  readonly cleanupOlderThan: number;
  /** Keyed by `<NAME>`, the task's name in upper case. */
  readonly taskOverrides: ReadonlyMap<string, TaskOverride>;
  /** Every variable that begins with `TASK_`: tasks look for their own settings among them. */
  readonly taskVariables: ReadonlyMap<string, string>;
  /** Path of the file that was read beside the environment; null: none. */
  readonly environmentFile: string | null;
  /** Names of all other variables: slips, or another program's. */
  readonly otherVariables: readonly string[];
  readonly warnings: readonly ConfigurationWarning[];
  /** What is wrong with the environment. The start adds what is wrong with the tasks, and fails. */
  readonly problems: readonly ConfigurationProblem[];
}
