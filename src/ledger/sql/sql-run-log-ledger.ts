import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { type CapturedLine, type RecordedLine, RunLogLedger, type RunLogQuery } from '../run-log-ledger.js';
import { plainText } from './recorded-text.js';
import { RowList } from './row-list.js';
import { SqlStore } from './sql-store.js';
import { PreparedQuery, rowsOf } from './transaction.js';

interface LineRow {
  readonly run_id: string;
  readonly at: number;
  readonly level: string;
  readonly line: string;
}

const lines = new RowList<LineRow>({ text: ['run_id', 'level', 'line'], bigint: ['at'] });

const insertLines = new PreparedQuery<{ rows: string }>((db, value, dialect) => ({
  compile: () =>
    sql`insert into run_logs (run_id, level, line, at) ${lines.select(dialect, value('rows'))}
      and value ->> 0 in (select id from runs)`.compile(db),
}));

@Injectable()
export class SqlRunLogLedger extends RunLogLedger {
  constructor(private readonly store: SqlStore) {
    super();
  }

  async append(captured: readonly CapturedLine[]): Promise<void> {
    if (captured.length === 0) return;
    const rows = captured.map(({ runId, at, level, text }): LineRow => {
      return { run_id: runId, at: at.getTime(), level, line: plainText(text) };
    });
    await this.store.write(() => insertLines.execute({ rows: lines.toJson(rows) }));
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
