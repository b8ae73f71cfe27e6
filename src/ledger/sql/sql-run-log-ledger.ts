import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { type CapturedLine, type RecordedLine, RunLogLedger, type RunLogQuery } from '../run-log-ledger.js';
import { plainText } from './recorded-text.js';
import { SqlStore } from './sql-store.js';
import { PreparedQuery, rowsOf } from './transaction.js';

/** `lines`: an array of arrays, see `append`. A database that joins need not keep their order. */
const insertLines = new PreparedQuery<{ lines: string }>((db, value, dialect) => ({
  compile: () =>
    sql`insert into run_logs (run_id, level, line, at)
      select value ->> 0, value ->> 1, value ->> 2, cast(value ->> 3 as bigint)
      from ${dialect.arrays(value('lines'))} as given
      where value ->> 0 in (select id from runs)
      order by cast(value ->> 4 as bigint)`.compile(db),
}));

@Injectable()
export class SqlRunLogLedger extends RunLogLedger {
  constructor(private readonly store: SqlStore) {
    super();
  }

  async append(captured: readonly CapturedLine[]): Promise<void> {
    if (captured.length === 0) return;
    const lines = captured.map(({ runId, at, level, text }, place) => {
      return [runId, level, plainText(text), at.getTime(), place];
    });
    await this.store.write(() => insertLines.execute({ lines: JSON.stringify(lines) }));
  }

  async read({ runId, after = 0, levels, limit }: RunLogQuery): Promise<readonly RecordedLine[]> {
    const rows = await this.store.read(() =>
      rowsOf((db) => {
        const ofRun = db
          .selectFrom('run_logs')
          .selectAll()
          .where('run_id', '=', runId)
          .where('position', '>', after)
          .orderBy('position')
          .limit(limit);
        return levels === undefined ? ofRun : ofRun.where('level', 'in', levels);
      }),
    );
    return rows.map(({ position, run_id, at, level, line }) => {
      return { position, runId: run_id, at: new Date(at), level, text: line };
    });
  }
}
