import { SQLITE_DIALECT } from '../sqlite/sqlite-dialect.js';
import { changesOf, firstOf, perform, type Query, rowsOf, type Transaction } from './transaction.js';

const tasks = () => rowsOf((db) => db.selectFrom('tasks').select('task'));
const taskA = () => firstOf((db) => db.selectFrom('tasks').select('task').where('task', '=', 'a'));
const answered =
  (...rows: unknown[]) =>
  () => ({ rows, numAffectedRows: BigInt(rows.length) });

describe('perform', () => {
  it('asks the queries in their order, and gives each its answer', () => {
    const asked: string[] = [];
    const answer = (query: Query) => {
      asked.push(query(SQLITE_DIALECT).sql);
      return { rows: [{ task: `task ${asked.length}` }] };
    };
    const both = function* (): Transaction<unknown> {
      return [yield* tasks(), yield* taskA()];
    };
    expect(perform(both(), answer)).toEqual([[{ task: 'task 1' }], { task: 'task 2' }]);
    expect(asked).toEqual(['select "task" from "tasks"', 'select "task" from "tasks" where "task" = ?']);
  });

  it('tells how many rows were written', () => {
    expect(
      perform(
        changesOf((db) => db.deleteFrom('tasks')),
        answered(1, 2),
      ),
    ).toBe(2n);
  });

  it('throws what the database throws where the query is, which may go on', () => {
    let refusals = 0;
    const refuse = () => {
      refusals++;
      throw new Error('constraint');
    };
    const patient = function* (): Transaction<string> {
      try {
        yield* tasks();
      } catch {
        return 'went on';
      }
      return 'was not told';
    };
    expect(perform(patient(), refuse)).toBe('went on');
    expect(() => perform(tasks(), refuse)).toThrow('constraint');
    expect(refusals).toBe(2);
  });
});
