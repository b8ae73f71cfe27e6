/**
 * Runs the service under steady work and random faults, and then asks the checker.
 *
 *     npm run test:soak -- --minutes 10 --seed 42
 *
 * Exits with 1 when a promise did not hold. Faults follow from the seed, which is printed first.
 */
import { parseArgs } from 'node:util';
import { Random } from './soak/random.ts';
import { Soak, type SoakReport } from './soak/soak.ts';

/** In a shorter soak the slope of memory is noise. */
const MIN_TREND_MINUTES = 30;
const MAX_GROWTH_MB_PER_MINUTE = 0.1;

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } } });
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (!(minutes > 0) || !Number.isInteger(seed)) {
  print('Usage: npm run test:soak -- [--minutes N] [--seed INTEGER]');
  process.exit(64);
}

/** Of half an hour, ten minutes: caches and pools have filled by then. */
const warmUpMs = minutes * 20_000;
const begunAt = Date.now();
print(`Soak of ${minutes} min with seed ${seed}`);
const soak = await Soak.begin(new Random(seed), (line) => print(`${elapsed()}  ${line}`));
try {
  const report = await soak.run(minutes * 60_000);
  const problems = [...report.problems, ...leaks(report)];
  print(summary(report));
  for (const problem of problems) print(`✗ ${problem}`);
  print(problems.length === 0 ? '✓ every promise held' : `✗ ${problems.length} problems; again with --seed ${seed}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await soak.end();
}

function leaks({ memory }: SoakReport): string[] {
  const slope = memory.slope(warmUpMs);
  if (minutes < MIN_TREND_MINUTES || slope <= MAX_GROWTH_MB_PER_MINUTE) return [];
  return [`memory grew by ${slope.toFixed(2)} MB a minute`];
}

function summary({ faults, starts, requests, orders, repeats, memory, descriptors }: SoakReport): string {
  const counts = [...faults].map(([fault, count]) => `  ${String(count).padStart(4)} × ${fault}`).join('\n');
  return `
faults
${counts}
starts of the process    ${starts}
requests                 ${requests}
orders processed         ${orders}
requests repeated        ${repeats}
memory                   ${memory.last.toFixed(0)} MB at the end, ${memory.highest.toFixed(0)} MB at most, ${memory.slope(warmUpMs).toFixed(2)} MB a minute after ${(warmUpMs / 60_000).toFixed(0)} min
descriptors              ${descriptors.before} before, ${descriptors.after} after
`;
}

function elapsed(): string {
  return `${((Date.now() - begunAt) / 1_000).toFixed(1)} s`.padStart(8);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
