import { apply, applyTemplates, chain, mergeWith, move, SchematicsException, url } from '@angular-devkit/schematics';
import { format, resolveConfig } from 'prettier';
import { scheduleProblem } from './schedule-check.js';
import { enterModule } from './tasks-module.edit.js';

const TASKS = '/src/tasks';
const TASKS_MODULE = `${TASKS}/tasks.module.ts`;
const USAGE =
  "usage: npm run make:task -- NAME [--batch] [--cron '0 3 * * *'], such as: npm run make:task -- archive-invoices";

/**
 * A task with its module and spec, entered in `tasks.module.ts`.
 *
 * @param {{ name?: string, batch?: boolean, cron?: string }} options
 * @returns {import('@angular-devkit/schematics').Rule}
 */
export function task({ name, batch = false, cron = '' }) {
  if (name === undefined) throw new SchematicsException(USAGE);
  const words = wordsOf(name);
  const kebab = words.join('-');
  const folder = `${TASKS}/${kebab}`;
  const pascal = words.map((word) => word[0].toUpperCase() + word.slice(1)).join('');
  const names = { kebab, pascal, snake: words.join('_'), cron, decorator: cron ? 'Cron' : 'Interval' };
  return async (tree) => {
    await checkCron(cron);
    const text = tree.readText(TASKS_MODULE);
    if (tree.getDir(folder).subfiles.length > 0) throw new SchematicsException(`${folder.slice(1)} exists already`);
    const source = apply(url(batch ? './files/batch' : './files/plain'), [applyTemplates(names), move(folder)]);
    tree.overwrite(TASKS_MODULE, enterModule(text, `${pascal}Module`, `./${kebab}/${kebab}.module.js`));
    return chain([mergeWith(source), formatted(folder)]);
  };
}

/** `archive-invoices`, `archive_invoices` and `ArchiveInvoices` are the same name. */
function wordsOf(name) {
  const words = String(name)
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-_ ]+/)
    .filter((word) => word !== '');
  if (words.at(-1) === 'task') words.pop();
  if (words.length > 0 && words.every((word) => /^[a-z0-9]+$/.test(word)) && /^[a-z]/.test(words[0])) return words;
  throw new SchematicsException(`${JSON.stringify(name)} cannot be a task: name it by words, such as archive-invoices`);
}

async function checkCron(cron) {
  if (cron === '') return;
  if (!/^[\w*/,?#-]+( [\w*/,?#-]+){4,5}$/.test(cron)) {
    const expected = `write five or six fields in quotes, such as '0 3 * * *'`;
    throw new SchematicsException(`${JSON.stringify(cron)} is not a cron expression: ${expected}`);
  }
  const problem = await scheduleProblem(cron);
  if (problem !== undefined) throw new SchematicsException(problem);
}

/** As `npm run format` would leave it. */
function formatted(folder) {
  return async (tree) => {
    const files = tree.getDir(folder).subfiles.map((file) => `${folder}/${file}`);
    for (const path of [...files, TASKS_MODULE]) {
      const filepath = process.cwd() + path;
      const text = await format(tree.readText(path), { ...(await resolveConfig(filepath)), filepath });
      tree.overwrite(path, text);
    }
  };
}
