/** A task as a service runs it. */
export interface ServiceTask {
  readonly name: string;
  /** As text, see `Schedule.text`; null: none. */
  readonly schedule: string | null;
  readonly timezone: string | null;
  /** Deadline of one run, in milliseconds. */
  readonly timeout: number;
  readonly manualOnly: boolean;
  /** Tasks whose success it follows; absent: none. */
  readonly follows?: readonly string[] | undefined;
}

/** What a service tells others of itself. */
export interface ServiceAnnouncement {
  /** Where it listens. */
  readonly url: string;
  /** All of its tasks. */
  readonly tasks: readonly ServiceTask[];
}

export interface RunningService {
  readonly pid: number;
  readonly host: string;
  readonly startedAt: Date;
  /** Null: it is about to start, and has not told yet. */
  readonly announcement: ServiceAnnouncement | null;
}

/** A process that has the ledger open for writing. */
export interface LedgerWorker {
  readonly pid: number;
  readonly host: string;
  readonly role: 'service' | 'command';
  readonly startedAt: Date;
  /** Where it listens; null: nowhere, or not yet. */
  readonly url: string | null;
}

export interface NewestService extends RunningService {
  /** How many services run, this one included. */
  readonly replicas: number;
}

/** Who runs on the ledger: so that commands show the schedules of the service, not their own. */
export abstract class ServiceLedger {
  /** Tells others about this process, until it closes the ledger or dies. */
  abstract announce(announcement: ServiceAnnouncement): Promise<void>;

  /** Those that run, the one that started last first. */
  abstract all(): Promise<readonly RunningService[]>;

  /** The service that runs, of several the one that started last; null: none. */
  async running(): Promise<NewestService | null> {
    const services = await this.all();
    const [newest] = services;
    return newest ? { ...newest, replicas: services.length } : null;
  }

  /** All that live, in the order of their start. */
  abstract workers(): Promise<readonly LedgerWorker[]>;
}
