import type { ClaimAnswer, RunClaim } from '../run-ledger.js';
import { SQLITE_DIALECT } from '../sqlite/sqlite-dialect.js';
import { manualClaim, missedClaim, NOON, ONE, slotClaim } from '../testing/claims.js';
import { InterleavedDatabase, InterleavingStore } from '../testing/interleaving-store.js';
import { ClaimRecorder } from './claim-recorder.js';
import { perform } from './transaction.js';

const NOW = Date.parse('2026-11-23T12:30:00.000Z');

describe('ClaimRecorder', () => {
  let database: InterleavedDatabase;
  let statements: string[];

  beforeEach(async () => {
    database = await InterleavedDatabase.create();
    statements = [];
  });
  afterEach(() => database.close());

  /** Records claims; `meanwhile` happens before the insert of this number. */
  function record(claims: readonly RunClaim[], meanwhile = () => {}, insert = 0): readonly ClaimAnswer[] {
    const { writer } = new InterleavingStore(database, 'service');
    let inserts = 0;
    return perform(new ClaimRecorder(writer, NOW).record(claims), (query) => {
      const { sql } = query(SQLITE_DIALECT);
      if (sql.startsWith('insert into "runs"') && ++inserts === insert) meanwhile();
      statements.push(sql);
      return database.answer(query);
    });
  }

  it('decides anew as often as another process is faster', () => {
    record([missedClaim('a', NOON)]);
    const answers = record([slotClaim('a', NOON), slotClaim('a', ONE)], () => record([manualClaim('a')]), 2);
    expect(answers).toMatchObject([null, { run: { status: 'skipped', reason: 'overlap' } }]);
  });

  it('takes three statements for an idle task that is known: pauses, run and last success', () => {
    record([missedClaim('a', NOON)]);
    statements = [];
    record([slotClaim('a', ONE)]);
    expect(statements).toHaveLength(3);
  });

  it('takes as many statements for a thousand claims as for two', () => {
    const claims = Array.from({ length: 1_000 }, (_, task) => slotClaim(`task_${task}`, NOON));
    record(claims);
    expect(statements).toHaveLength(4);
    statements = [];
    record(claims.flatMap(({ task }) => [slotClaim(task, NOON), slotClaim(task, ONE)]));
    expect(statements).toHaveLength(5);
  });
});
