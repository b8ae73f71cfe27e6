/** Something that somebody has to know. Of one rule and subject one alert is active at a time. */
export interface AlertRecord {
  readonly rule: string;
  /** The task that it is about. */
  readonly subject: string;
  readonly beganAt: Date;
  /** What to say of it, as JSON. */
  readonly details: unknown;
}

export interface StoredAlert extends AlertRecord {
  readonly id: number;
  /** Null while it is active. */
  readonly endedAt: Date | null;
}

/** A begin or an end that has not been told. */
export interface Untold {
  readonly alert: StoredAlert;
  readonly news: 'begin' | 'end';
}

/** Remembers which alerts are active and what has been told of them, over restarts. */
export abstract class AlertLedger {
  /** In the order of their begin. */
  abstract active(): Promise<readonly StoredAlert[]>;

  /** Changes nothing where an alert of that rule and subject is active. */
  abstract begin(alert: AlertRecord): Promise<void>;

  /** `details`: what to say of the end. Changes nothing where it has ended. */
  abstract end(id: number, endedAt: Date, details: unknown): Promise<void>;

  /**
   * The oldest news, begin before end, for the caller alone: for a minute it is given to nobody
   * else. Null when there is none.
   */
  abstract takeUntold(now: Date): Promise<Untold | null>;

  /** The news has been told, and is forgotten. */
  abstract told(news: Untold): Promise<void>;
}
