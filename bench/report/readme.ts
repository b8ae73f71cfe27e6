import { readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, release, totalmem, type as system } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import type { Comparison, Findings } from '../benchmark.ts';
import { corePinning } from '../measure/cores.ts';

export interface Measured {
  readonly title: string;
  readonly findings: Findings;
  readonly seconds: number;
}

const FOLDER = new URL('../', import.meta.url);
const README = fileURLToPath(new URL('README.md', FOLDER));
/** Load before the first measurement: what else the machine was doing. */
const loadBefore = loadavg()[1] ?? 0;
const BEGIN = '<!-- results: written by `npm run bench -- --write` -->';
const END = '<!-- end of results -->';

/**
 * Writes the results between their marks in the README, and the plots beside it. Those of other
 * benchmarks stay as they are. `titles`: of all benchmarks, in their order.
 */
export async function writeReadme(
  measured: readonly Measured[],
  full: boolean,
  titles: readonly string[],
): Promise<void> {
  const readme = readFileSync(README, 'utf8');
  const [before = '', rest = ''] = readme.split(BEGIN);
  const [earlier = '', after = ''] = rest.split(END);
  const sections = new Map(earlier.split(/^(?=### )/m).map((text) => [/^### (.*)$/m.exec(text)?.[1], text.trim()]));
  for (const one of measured) sections.set(one.title, section(one, full));
  const results = titles.flatMap((title) => sections.get(title) ?? []).join('\n\n');
  const written = `${before}${BEGIN}\n\n${results}\n\n${END}${after}`;
  writeFileSync(README, await format(written, { ...(await resolveConfig(README)), filepath: README }));
  for (const { file, svg } of measured.flatMap(({ findings }) => findings.plots ?? [])) {
    writeFileSync(new URL(file, FOLDER), svg);
  }
}

function circumstances(full: boolean): string {
  const day = new Date().toISOString().slice(0, 10);
  const processors = cpus();
  const machine = `${processors.length} × ${processors[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, ${system()} ${release()} ${arch()}`;
  const pinning = corePinning ? 'client and server pinned to a core each' : 'nothing pinned to a core';
  return `on ${day} with Node.js ${process.versions.node} on ${machine}; ${pinning}; load average of the five minutes before: ${loadBefore.toFixed(1)}; ${full ? 'full' : 'default'} sizes`;
}

function section({ title, findings }: Measured, full: boolean): string {
  const { comparisons, notes = [], plots = [] } = findings;
  return [
    `### ${title}`,
    [
      '| what | worker | peer | peer’s figure | ratio | target | |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      ...comparisons.map(row),
    ].join('\n'),
    ...notes,
    ...plots.map(({ file }) => `![${title}](${file})`),
    `Measured ${circumstances(full)}.`,
  ].join('\n\n');
}

function row({ what, figure, peer, peerFigure, ratio, target }: Comparison): string {
  const verdict = target ? (target.met ? 'met' : '**missed**') : '';
  const cells = [what, figure, peer, peerFigure, `${ratio.toFixed(2)} ×`, target?.text ?? '', verdict];
  return `| ${cells.join(' | ')} |`;
}
