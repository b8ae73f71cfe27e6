import type { Answer } from './answer.ts';
import type { SandboxDatabase } from './sandbox-database.ts';

/** What was requested with one `Idempotency-Key`. */
export interface KeyRecord {
  readonly key: string;
  /** Method and path of the first request. */
  readonly method: string;
  readonly path: string;
  /** All requests with this key, applied or refused. */
  readonly requests: number;
  /**
   * How often the operation was applied: at most once while the knob `honourKeys` is true.
   */
  readonly effects: number;
  /** Repeats that got the first answer. */
  readonly repeats: number;
}

export interface KeyTotals {
  readonly keys: number;
  readonly effects: number;
  readonly repeats: number;
  readonly maxEffectsPerKey: number;
}

/** The key of a request, and the operation that it names. */
export interface KeyedOperation {
  readonly key: string;
  readonly method: string;
  readonly path: string;
}

/** The durable record of keys. */
export class KeyTable {
  private readonly database: SandboxDatabase;

  constructor(database: SandboxDatabase) {
    this.database = database;
  }

  /**
   * Counts a request. Returns the operation that the key belongs to, with its answer if it was
   * applied.
   */
  arrive({ key, method, path }: KeyedOperation): { method: string; path: string; answer: Answer | undefined } {
    const row = this.database.one(
      `INSERT INTO keys (key, method, path, requests, effects, repeats) VALUES (?, ?, ?, 1, 0, 0)
      ON CONFLICT (key) DO UPDATE SET requests = requests + 1 RETURNING method, path, status, body`,
      key,
      method,
      path,
    );
    const applied = typeof row?.['body'] === 'string';
    const answer = applied ? { status: Number(row['status']), body: String(row['body']) } : undefined;
    return { method: String(row?.['method']), path: String(row?.['path']), answer };
  }

  recordEffect(key: string, { status, body }: Answer): void {
    const sql = 'UPDATE keys SET effects = effects + 1, status = ?, body = ? WHERE key = ?';
    this.database.run(sql, status, body, key);
  }

  recordRepeat(key: string): void {
    this.database.run('UPDATE keys SET repeats = repeats + 1 WHERE key = ?', key);
  }

  list(): KeyRecord[] {
    const rows = this.database.all('SELECT key, method, path, requests, effects, repeats FROM keys ORDER BY key');
    return rows.map(({ key, method, path, requests, effects, repeats }) => ({
      key: String(key),
      method: String(method),
      path: String(path),
      requests: Number(requests),
      effects: Number(effects),
      repeats: Number(repeats),
    }));
  }

  totals(): KeyTotals {
    const row = this.database.one(
      `SELECT count(*) AS keys, coalesce(sum(effects), 0) AS effects, coalesce(sum(repeats), 0) AS repeats,
        coalesce(max(effects), 0) AS most FROM keys`,
    );
    return {
      keys: Number(row?.['keys']),
      effects: Number(row?.['effects']),
      repeats: Number(row?.['repeats']),
      maxEffectsPerKey: Number(row?.['most']),
    };
  }
}
