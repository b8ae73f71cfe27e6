import type { CompiledQuery } from 'kysely';
import { queries } from './query-builder.js';
import { changesOf, firstOf, perform, rowsOf, type Steps } from './steps.js';

const tasks = queries.selectFrom('tasks').select('task');
const answered =
  (...rows: unknown[]) =>
  () => ({ rows, numAffectedRows: BigInt(rows.length) });

describe('perform', () => {
  it('asks the queries in their order, and gives each its answer', () => {
    const asked: string[] = [];
    const answer = ({ sql }: CompiledQuery) => {
      asked.push(sql);
      return { rows: [{ task: `task ${asked.length}` }] };
    };
    const steps = function* (): Steps<unknown> {
      return [yield* rowsOf(tasks), yield* firstOf(tasks.where('task', '=', 'a'))];
    };
    expect(perform(steps(), answer)).toEqual([[{ task: 'task 1' }], { task: 'task 2' }]);
    expect(asked).toEqual(['select "task" from "tasks"', 'select "task" from "tasks" where "task" = ?']);
  });

  it('tells how many rows were written', () => {
    expect(perform(changesOf(queries.deleteFrom('tasks')), answered(1, 2))).toBe(2n);
  });

  it('throws what the database throws where the query is, which may go on', () => {
    let refusals = 0;
    const refuse = () => {
      refusals++;
      throw new Error('constraint');
    };
    const patient = function* (): Steps<string> {
      try {
        yield* rowsOf(tasks);
      } catch {
        return 'went on';
      }
      return 'was not told';
    };
    expect(perform(patient(), refuse)).toBe('went on');
    expect(() => perform(rowsOf(tasks), refuse)).toThrow('constraint');
    expect(refusals).toBe(2);
  });
});
