import pc from 'picocolors';
import type { Comparison, Findings, Target } from '../benchmark.ts';

/** Prints one benchmark to the terminal. */
export function printFindings(title: string, { comparisons, notes = [] }: Findings, seconds: number): void {
  console.log(`\n${pc.bold(title)} ${pc.dim(`(${seconds.toFixed(0)} s)`)}`);
  for (const comparison of comparisons) console.log(`  ${described(comparison)}`);
  for (const note of notes) console.log(`  ${pc.dim(note)}`);
}

function described({ what, figure, peer, peerFigure, ratio, target }: Comparison): string {
  const beside = `${pc.bold(figure)}, ${ratio.toFixed(2)} × ${peer} (${peerFigure})`;
  return `${what}: ${beside}${target ? `  ${judged(target)}` : ''}`;
}

function judged({ text, met }: Target): string {
  return met ? pc.green(`✔ ${text}`) : pc.red(`✘ ${text}`);
}
