import { DatabaseSync } from 'node:sqlite';
import type { RecordedRun } from './scenario.ts';

/** Instants are in epoch milliseconds, as a number or in digits; the rest is JSON. */
export interface RunRow {
  readonly id: string;
  readonly task: string;
  readonly trigger: string;
  readonly slot: number | string | null;
  readonly status: string;
  readonly reason: string | null;
  readonly attempt: number;
  readonly queued_at: number | string;
  readonly started_at: number | string | null;
  readonly finished_at: number | string | null;
  readonly items: string | null;
  readonly result: string | null;
  readonly error: string | null;
}

/**
 * The runs in a ledger's file, newest first, and whether the file is sound. Reads the tables
 * themselves: the checker looks at every scenario, and `worker history` would take half a second
 * each time.
 */
export function readLedger(file: string): { readonly runs: readonly RecordedRun[]; readonly integrity: string } {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const [check] = database.prepare('pragma integrity_check').all();
    const rows = database.prepare('select * from runs order by id desc').all() as unknown as readonly RunRow[];
    return { runs: rows.map(toRecordedRun), integrity: String(check?.['integrity_check']) };
  } finally {
    database.close();
  }
}

export function toRecordedRun({
  queued_at,
  started_at,
  finished_at,
  slot,
  items,
  result,
  error,
  ...row
}: RunRow): RecordedRun {
  return {
    ...row,
    slot: instant(slot),
    queuedAt: instant(queued_at) ?? '',
    startedAt: instant(started_at),
    finishedAt: instant(finished_at),
    items: parse<RecordedRun['items']>(items),
    result: parse<unknown>(result),
    error: parse<RecordedRun['error']>(error),
  };
}

function instant(milliseconds: number | string | null): string | null {
  return milliseconds === null ? null : new Date(Number(milliseconds)).toISOString();
}

function parse<T>(json: string | null): T | null {
  return json === null ? null : (JSON.parse(json) as T);
}
