import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { startBrowser } from '../test/browser/chromium.ts';
import { atMost, type Benchmark } from './benchmark.ts';
import { drain } from './measure/drain.ts';
import { openStreams } from './measure/event-streams.ts';
import { newFolder } from './measure/folders.ts';
import { cpuTime, residentMemory } from './measure/process-usage.ts';
import { interleaved } from './measure/rounds.ts';
import { serving } from './measure/serving.ts';
import { median } from './measure/statistics.ts';
import { count, megabytes, milliseconds } from './report/figures.ts';
import { operatedService, workerDrainWith, workerService } from './worker/built-worker.ts';
import { fillHistory, taskNames } from './worker/long-history.ts';

const RUNS = 100_000;
const STREAMS = 50;
const WATCHED_MS = 10_000;
const SETTLING_MS = 3_000;
const CONCURRENCY = '16';

/** What it costs to be looked at: the console, streams, log lines that are kept with runs. */
export const operating: Benchmark = {
  title: 'Operating',

  async measure({ server, full }) {
    const rounds = full ? 9 : 3;
    const orders = full ? 30_000 : 10_000;
    const path = join(newFolder(), 'worker.db');
    const environment = { DATABASE_URL: `sqlite:${path}` };
    await serving(
      (port) => workerService(server.url, port, environment),
      async () => {},
    );
    fillHistory(path, RUNS);
    const started = await startBrowser();
    const { open, shut, overview, empty, streams } = await serving(
      (port) => operatedService(port, environment),
      async (url, pid) => ({
        ...(await lookAt(started.browser, url, pid, rounds)),
        streams: await streamMemory(url, pid),
      }),
    );
    await started.close();
    const cpuOf = async (kind: 'captured' | 'log') => {
      const start = (dataApi: string) => workerDrainWith(kind, dataApi, CONCURRENCY);
      return (await drain(server, { orders, latency: 0 }, start)).cpuPerOrder;
    };
    const costs = await interleaved(rounds, { captured: () => cpuOf('captured'), log: () => cpuOf('log') });
    const [captured, plain] = [median(costs.captured), median(costs.log)];
    return {
      comparisons: [
        {
          what: `CPU in a second with the console open, ${taskNames().length} tasks, a run a second`,
          figure: milliseconds(open),
          peer: 'the same service, unseen',
          peerFigure: milliseconds(shut),
          ratio: open / shut,
          target: { ...atMost(10, open - shut, ' ms'), text: '≤ the peer + 10 ms (1 %)' },
        },
        {
          what: `resident memory with ${STREAMS} streams`,
          figure: megabytes(streams.open),
          peer: 'with none',
          peerFigure: megabytes(streams.none),
          ratio: streams.open / streams.none,
          target: { ...atMost(10, streams.open - streams.none, ' MB'), text: '≤ the peer + 10 MB' },
        },
        {
          what: 'CPU of an order whose log lines are kept with its run',
          figure: `${captured.toFixed(1)} µs`,
          peer: 'the same without',
          peerFigure: `${plain.toFixed(1)} µs`,
          ratio: captured / plain,
          target: atMost(1.02, captured / plain, ' ×'),
        },
        {
          what: `the overview over ${count(RUNS)} runs, drawn in a browser`,
          figure: milliseconds(overview),
          peer: 'a page of the console with nothing on it',
          peerFigure: milliseconds(empty),
          ratio: overview / empty,
          target: atMost(1_000, overview, ' ms'),
        },
      ],
      notes: [`But for the memory, each figure is the median of ${rounds}, measured in turn with its peer.`],
    };
  },
};

async function lookAt(browser: Browser, url: string, pid: number, rounds: number) {
  const cpuInASecond = async () => {
    const before = cpuTime(pid);
    await sleep(WATCHED_MS);
    return ((cpuTime(pid) - before) / WATCHED_MS) * 1_000;
  };
  const lastTask = (page: Page) => page.locator('table.tasks tbody tr').nth(taskNames().length - 1);
  const { overview, empty, shut, open } = await interleaved(rounds, {
    overview: () => drawn(browser, `${url}/console`, lastTask),
    empty: () => drawn(browser, `${url}/console/runs?status=cancelled`, (page) => page.locator('.empty')),
    shut: cpuInASecond,
    open: async () => {
      const page = await browser.newPage();
      await page.goto(`${url}/console`);
      await sleep(SETTLING_MS);
      const cpu = await cpuInASecond();
      await page.close();
      return cpu;
    },
  });
  return { overview: median(overview), empty: median(empty), shut: median(shut), open: median(open) };
}

/** Milliseconds from the navigation until what is looked for is there, with nothing in a cache. */
async function drawn(browser: Browser, url: string, wanted: (page: Page) => Locator): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const from = performance.now();
  await page.goto(url);
  await wanted(page).waitFor();
  const took = performance.now() - from;
  await context.close();
  return took;
}

/** In MB. */
async function streamMemory(url: string, pid: number): Promise<{ none: number; open: number }> {
  await sleep(SETTLING_MS);
  const none = residentMemory(pid).now;
  const close = await openStreams(url, STREAMS);
  await sleep(WATCHED_MS);
  const open = residentMemory(pid).now;
  close();
  return { none, open };
}
