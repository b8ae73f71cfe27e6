import { parseArgs } from 'node:util';

/** Milliseconds of `--for 30s`; undefined without it. */
export function durationOf(parameters: readonly string[]): number | undefined {
  const { values } = parseArgs({ args: [...parameters], options: { for: { type: 'string' } } });
  if (values.for === undefined) return undefined;
  const [, seconds] = /^(\d{1,6})s?$/.exec(values.for) ?? [];
  if (seconds === undefined) throw new TypeError(`--for takes seconds, such as 30s, not ${values.for}`);
  return Number(seconds) * 1_000;
}
