import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { type StartedBrowser, startBrowser } from './browser/chromium.ts';
import { DIST } from './built-program.ts';
import { useScenario } from './faults/use-scenario.ts';
import { addressOf, OpsClient } from './ops/ops-client.ts';

const API = '/api/v1';
const TASK = 'process_pending_orders';
const POISON = 'order-00002';
const OPERATOR = 'an-operator-token-of-32-characters';
const VIEWER = 'a-viewer-token-of-some-32-characters';
/** Looked at before a change is called done. */
const SCREENSHOTS = join(DIST, '..', '.cache', 'screenshots');

describe('the console', () => {
  const test = useScenario();
  let started: StartedBrowser;
  let faults: string[];

  beforeAll(async () => {
    started = await startBrowser();
  });
  afterEach(async () => {
    for (const context of started.browser.contexts()) await context.close();
  });
  afterAll(() => started.close());

  async function service(environment: Record<string, string> = {}): Promise<OpsClient> {
    test.expectations = { everyOrderProcessed: false };
    return new OpsClient(await addressOf(await test.current.ready(environment)));
  }

  async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await started.browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    faults = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('request', (request) => {
      if (!/^(?:blob:)?http:\/\/127\.0\.0\.1:/.test(request.url())) faults.push(`a request to ${request.url()}`);
    });
    return page;
  }

  /** A run of which two items fail. Answers its id. */
  async function failedRun(client: OpsClient): Promise<string> {
    const { model } = test.current.server;
    model.addNumberedOrders(8);
    for (const id of [POISON, 'order-00005']) model.unprocessable.add(id);
    const { body } = await client.post(`${API}/tasks/${TASK}/run`);
    await client.until(`${API}/runs/${body.id}`, (answer) => answer.body.finishedAt !== null);
    return body.id;
  }

  const click = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();

  it('shows every page in both themes at 1440 and 390 px, accessibly, without a scroll sideways', async () => {
    const client = await service({ ENVIRONMENT: 'staging' });
    const run = await failedRun(client);
    await client.post(`${API}/tasks/send_reminders/pause`, { for: '1h', reason: 'deploy' });
    const pages = {
      overview: '',
      task: `/tasks/${TASK}`,
      runs: '/runs',
      run: `/runs/${run}`,
      items: '/items',
      system: '/system',
    };
    mkdirSync(SCREENSHOTS, { recursive: true });
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1440, 390]) {
        const page = await openPage({ viewport: { width, height: 900 }, colorScheme });
        for (const [name, path] of Object.entries(pages)) {
          const shown = `${name}-${colorScheme}-${width}`;
          await page.goto(`${client.url}/console${path}`);
          await page.getByText(TASK).first().waitFor({ state: 'attached' });
          await page.getByText('Loading').first().waitFor({ state: 'detached' });
          for (const details of await page.locator('details').all()) await details.locator('summary').click();
          const { violations } = await new AxeBuilder({ page }).analyze();
          const seen = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
          expect({ shown, seen, faults }).toEqual({ shown, seen: [], faults: [] });
          const sideways = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
          expect({ shown, sideways: Math.max(0, sideways) }).toEqual({ shown, sideways: 0 });
          await page.screenshot({ path: join(SCREENSHOTS, `${shown}.png`), fullPage: true });
        }
        await page.close();
      }
    }
  }, 300_000);

  it('tells what is in force, where it comes from, and who works, with secrets masked', async () => {
    const variables = { TASK_PROCESS_PENDING_ORDERS_CONCURRENCY: '3', ALERT_WEBHOOK_URL: 'http://127.0.0.1:9/s3cret' };
    const client = await service(variables);
    await failedRun(client);
    const page = await openPage();
    await page.goto(`${client.url}/console/tasks/${TASK}`);
    await page.getByText('Options in force').click();
    const option = page.getByRole('row', { name: /^concurrency/ });
    await option.getByText('TASK_PROCESS_PENDING_ORDERS_CONCURRENCY').waitFor();
    expect(await option.innerText()).toMatch(/3\s+environment/);
    await page.goto(`${client.url}/console/system`);
    await page.getByText(/Configuration, secrets masked/).click();
    await page.getByText('ALERT_WEBHOOK_URL').waitFor();
    await page.getByRole('row', { name: /127\.0\.0\.1.*closed/ }).waitFor();
    await page
      .getByRole('listitem')
      .filter({ hasText: /service on http/ })
      .waitFor();
    expect(await page.content()).not.toContain('s3cret');
  });

  it('shows foreign text as text, isolated from the writing direction around it (security: CSP)', async () => {
    const client = await service();
    const hostile = '<img src=x onerror="document.title=1"><b>';
    const { model } = test.current.server;
    model.addOrders([hostile]);
    model.unprocessable.add(hostile);
    const { body } = await client.post(`${API}/tasks/${TASK}/run`);
    await client.until(`${API}/runs/${body.id}`, (answer) => answer.body.finishedAt !== null);
    const page = await openPage();
    await page.goto(`${client.url}/console/runs/${body.id}`);
    await click(page, /1 ×/);
    const item = page.locator('.items bdi.id');
    await item.waitFor();
    expect(await item.innerText()).toContain('<img src=x onerror="document.title=1"><b>');
    expect(await page.locator('img').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it('is 60 kB of JavaScript at most, compressed', () => {
    const folder = join(DIST, 'console', 'assets');
    const scripts = readdirSync(folder).filter((file) => file.endsWith('.js'));
    const bytes = scripts.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThanOrEqual(60_000);
  });

  it('offers the parameters that a task declares, and a dry run', async () => {
    const client = await service();
    const page = await openPage();
    const properties = {
      region: { type: 'string', enum: ['eu', 'us'], default: 'eu' },
      limit: { type: 'integer', description: 'at most' },
      since: { type: 'string' },
    };
    const asked: unknown[] = [];
    // None of the tasks that come with the worker has parameters.
    await page.route(`**/api/v1/tasks/${TASK}`, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ json: { ...(await answer.json()), params: { properties, required: ['limit'] } } });
    });
    await page.route(`**/api/v1/tasks/${TASK}/run`, async (route) => {
      asked.push(route.request().postDataJSON());
      await route.fulfill({ status: 400, json: { title: 'Bad request', status: 400, detail: 'limit is too large' } });
    });
    await page.goto(`${client.url}/console/tasks/${TASK}`);
    await click(page, /Run now/);
    await page.getByLabel(/^region/).selectOption('us');
    await page.getByLabel(/^limit/).fill('5');
    await page.getByLabel(/Dry run/).check();
    await page.getByRole('dialog').getByRole('button', { name: 'Run' }).click();
    await page.getByText('limit is too large').waitFor();
    expect(asked).toEqual([{ params: { region: 'us', limit: 5 }, dryRun: true }]);
  });

  it('runs, pauses and resumes a task, by mouse and by keyboard alone', async () => {
    const client = await service();
    const page = await openPage();
    await page.goto(`${client.url}/console/tasks/${TASK}`);
    await click(page, 'Pause');
    await page.locator('select[name=for]').selectOption('1 hour');
    await page.getByLabel(/^Reason/).fill('deploy');
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await page.getByText(/Paused .* by local, ends in 59 min: deploy/).waitFor();
    await page.keyboard.press('p');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText(/Paused .* by local/).waitFor({ state: 'detached' });

    await page.keyboard.press('x');
    await page.getByRole('dialog').getByRole('button', { name: 'Run' }).click();
    await page.waitForURL(/\/console\/runs\/[\w-]+$/);
    await page.getByText('succeeded').first().waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await page.waitForURL(/\/console\/runs$/);
    expect(faults).toEqual([]);
  });

  it('finds the failed items, shows why, and retries one and all of them', async () => {
    const client = await service();
    const run = await failedRun(client);
    const page = await openPage();
    await page.goto(`${client.url}/console`);
    await page.getByLabel('What is wrong').getByRole('link', { name: TASK }).click();
    await page.waitForURL(`**/console/runs/${run}`);
    await click(page, /2 ×/);
    await page.getByText(POISON, { exact: true }).waitFor();

    test.current.server.model.unprocessable.clear();
    await page.locator('.items li').filter({ hasText: POISON }).getByRole('button', { name: 'Retry' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click();
    await page.getByText(/1 done, 0 failed/).waitFor();
    await page.goto(`${client.url}/console/runs/${run}`);
    await click(page, 'Retry all 2 failed');
    await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click();
    await page.getByText('retry of failed items').waitFor();
    await page.getByText('Retry of', { exact: true }).waitFor();
    await page.locator(`dd a[href="/console/runs/${run}"]`).waitFor();
    expect(faults).toEqual([]);
  });

  it('shows a run as it goes on, and cancels it', async () => {
    const { server } = test.current;
    const client = await service({ DATA_API_CONCURRENCY: '1' });
    server.model.addNumberedOrders(40);
    let held = false;
    server.on('process order', () => (held ? undefined : null));
    const page = await openPage();
    await page.goto(`${client.url}/console/tasks/${TASK}`);
    await click(page, /Run now/);
    held = true;
    await page.getByRole('dialog').getByRole('button', { name: 'Run' }).click();
    await page.waitForURL(/\/console\/runs\//);
    await page.getByText('running').first().waitFor();
    await click(page, 'Cancel');
    await page.getByLabel(/^Reason/).fill('a mistake');
    await click(page, 'Cancel the run');
    await page.getByText('cancelled').first().waitFor();
    expect(faults).toEqual([]);
  });

  it('tells when the connection is gone, and goes on when it is back', async () => {
    const client = await service();
    const page = await openPage();
    await page.goto(`${client.url}/console`);
    await page.getByText('live', { exact: true }).waitFor();
    const port = new URL(client.url).port;
    await test.current.processes[0]!.stop();
    await page.getByText(/The connection is gone/).waitFor();
    await test.current.ready({ PORT: port });
    await page.getByText(/The connection is gone/).waitFor({ state: 'detached' });
    await page.getByText('live', { exact: true }).waitFor();
  });

  it('logs in and out, and shows a viewer no buttons', async () => {
    const client = await service({ OPS_TOKEN: OPERATOR, OPS_VIEWER_TOKEN: VIEWER });
    const page = await openPage();
    await page.goto(`${client.url}/console/tasks/${TASK}`);
    await page.getByLabel(/^Your name/).fill('Bob');
    await page.getByLabel(/^Token/).fill('wrong');
    await click(page, 'Log in');
    await page.getByText('This token is not valid.').waitFor();
    await page.getByLabel(/^Token/).fill(VIEWER);
    await click(page, 'Log in');
    await page.getByRole('heading', { name: TASK }).waitFor();
    expect(await page.getByRole('button', { name: /Run now|Pause/ }).count()).toBe(0);
    await click(page, 'Log out');
    await page.getByLabel(/^Your name/).fill('Ada');
    await page.getByLabel(/^Token/).fill(OPERATOR);
    await click(page, 'Log in');
    await page.getByRole('button', { name: /Run now/ }).waitFor();
    expect(await page.evaluate('localStorage.length + sessionStorage.length')).toBe(0);
  });

  it('goes to a task by the palette, and keeps filters in the address', async () => {
    const client = await service();
    const run = await failedRun(client);
    const page = await openPage();
    await page.goto(`${client.url}/console/runs?status=partial`);
    await page.getByText(run.slice(0, 13)).waitFor();
    await page.getByLabel('Status').selectOption('succeeded');
    await page.waitForURL('**/console/runs?status=succeeded');
    await page.getByText(/No run fits these filters/).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('pending');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/console/tasks/${TASK}`);
    expect(faults).toEqual([]);
  });
});
