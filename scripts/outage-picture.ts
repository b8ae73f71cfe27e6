/**
 * Draws what an outage of the Data API looks like in `/metrics`, from a real one, into
 * `docs/outage.svg`:
 *
 *     npm run docs:outage
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { linePlot } from '../bench/report/line-plot.ts';
import { DemoWorker } from '../sandbox/demo/demo-worker.ts';
import { freePort } from '../sandbox/demo/free-port.ts';
import { workerEnvironment, workerSettings } from '../sandbox/demo/worker-environment.ts';
import { startSandbox } from '../sandbox/sandbox-server.ts';

const SECONDS = 100;
const SCRAPE_EVERY_SECONDS = 2;
const OUTAGE = { from: 20, until: 60 };
const PICTURE = join(import.meta.dirname, '../docs/outage.svg');

const folder = mkdtempSync(join(tmpdir(), 'picture-'));
const sandbox = await startSandbox();
const port = await freePort(3_000);
const environment = workerEnvironment(workerSettings(folder, sandbox.url), port, process.env);
const worker = new DemoWorker(
  join(import.meta.dirname, '../dist/main.js'),
  { ...environment, LOG_LEVEL: 'silent' },
  folder,
);
while (!(await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined))?.ok) await sleep(200);

const shown: Readonly<Record<string, (text: string) => number>> = {
  'runs succeeded': (text) => sum(text, /^worker_task_runs_total\{.*outcome="succeeded".*\} (\S+)$/gm),
  'runs failed': (text) => sum(text, /^worker_task_runs_total\{.*outcome="(?:failed|partial)".*\} (\S+)$/gm),
  'slots skipped': (text) => sum(text, /^worker_task_runs_total\{.*outcome="skipped".*\} (\S+)$/gm),
  's since a success': (text) => {
    const success = /^worker_task_last_success_timestamp_seconds\{task="send_reminders"\} (\S+)$/m.exec(text);
    const now = Date.now() / 1_000;
    return Math.max(0, Math.round(now - Number(success?.[1] ?? now)));
  },
};
const series = Object.keys(shown).map((name) => ({ name, points: [] as [number, number][] }));
for (let second = 0; second <= SECONDS; second += SCRAPE_EVERY_SECONDS) {
  sandbox.setKnobs({ outage: second >= OUTAGE.from && second < OUTAGE.until });
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  for (const { name, points } of series) points.push([second, shown[name]!(text)]);
  await sleep(SCRAPE_EVERY_SECONDS * 1_000);
}
const title = `The Data API is down from ${OUTAGE.from} s to ${OUTAGE.until} s`;
writeFileSync(PICTURE, linePlot({ title, x: { label: 'seconds', scale: 'linear' }, y: { label: '' }, series }));

worker.stop();
await worker.exited;
await sandbox.close();
rmSync(folder, { recursive: true, force: true });

function sum(text: string, series: RegExp): number {
  return [...text.matchAll(series)].reduce((total, [, value]) => total + Number(value), 0);
}
