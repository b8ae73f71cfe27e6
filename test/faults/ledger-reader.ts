import { DatabaseSync } from 'node:sqlite';
import type { RecordedRun } from './scenario.ts';

interface Row {
  readonly id: string;
  readonly task: string;
  readonly trigger: string;
  readonly slot: number | null;
  readonly status: string;
  readonly reason: string | null;
  readonly attempt: number;
  readonly queued_at: number;
  readonly started_at: number | null;
  readonly finished_at: number | null;
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
    const rows = database.prepare('select * from runs order by id desc').all() as unknown as readonly Row[];
    return { runs: rows.map(toRun), integrity: String(check?.['integrity_check']) };
  } finally {
    database.close();
  }
}

function toRun({ queued_at, started_at, finished_at, slot, items, result, error, ...row }: Row): RecordedRun {
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

function instant(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}

function parse<T>(json: string | null): T | null {
  return json === null ? null : (JSON.parse(json) as T);
}
