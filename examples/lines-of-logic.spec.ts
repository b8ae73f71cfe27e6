import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const MAX_LINES_OF_LOGIC = 15;
const FOLDER = import.meta.dirname;
/** What a task of this kind must not need. */
const PLUMBING = /\b(setTimeout|setInterval|AbortSignal|signal|retry|retries|catch|while)\b/;

/** Of the class; without what every task has: its constructor, and closing brackets. */
function linesOfLogic(code: string): string[] {
  const own = code.slice(code.indexOf('export class')).replace(/ {2}constructor\(.*?\n {2}}\n/s, '');
  return own.split('\n').filter((line) => !/^[\s})\];,]*$/.test(line));
}

describe('The examples', () => {
  const tasks = globSync('*/*.task.ts', { cwd: FOLDER }).map((path) => [
    path,
    readFileSync(join(FOLDER, path), 'utf8'),
  ]);

  it.each(tasks)('%s has few lines of logic, and no plumbing', (_, code = '') => {
    expect(linesOfLogic(code).filter((line) => PLUMBING.test(line))).toEqual([]);
    expect(linesOfLogic(code).length).toBeLessThanOrEqual(MAX_LINES_OF_LOGIC);
  });

  it('are as many as the guide walks through', () => {
    const guide = readFileSync(join(FOLDER, '../docs/writing-tasks.md'), 'utf8');
    expect(tasks.filter(([path = '']) => !guide.includes(`examples/${path.replaceAll('\\', '/')}`))).toEqual([]);
  });
});
