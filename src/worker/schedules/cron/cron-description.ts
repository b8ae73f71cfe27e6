import { createRequire } from 'node:module';
import type * as Cronstrue from 'cronstrue';

const require = createRequire(import.meta.url);

/** `at 03:00`, `every 15 minutes`: an expression in words, or itself where words fail. */
export function describeCron(expression: string): string {
  // Loaded on demand: a service never describes a schedule, and the package is as large as the rest of this folder.
  const { toString } = require('cronstrue') as typeof Cronstrue;
  try {
    const words = toString(expression, { use24HourTimeFormat: true });
    return words.charAt(0).toLowerCase() + words.slice(1);
  } catch {
    return expression;
  }
}
