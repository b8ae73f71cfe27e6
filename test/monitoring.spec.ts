import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './built-program.ts';
import { freePort, Scenario, settings } from './faults/scenario.ts';
import { isInstalled } from './metrics/prometheus-process.ts';
import { readQuery } from './metrics/query.ts';

const FOLDER = join(ROOT, 'deploy', 'monitoring');
/** What Prometheus itself adds. */
const OF_PROMETHEUS = ['job', 'instance', 'le'];

const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8');
const whereInstalled = isInstalled('promtool') ? it : it.skip;

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
}

function ruleQueries(): [string, string][] {
  const { groups } = parse(read('alerts.rules.yml')) as Rules;
  return groups.flatMap(({ rules }) => rules.map(({ alert, expr }): [string, string] => [`the rule ${alert}`, expr]));
}

function dashboardQueries(): [string, string][] {
  const { panels, templating } = JSON.parse(read('grafana/task-worker.dashboard.json')) as Dashboard;
  const ofPanels = panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }): [string, string] => [`the panel ${title}`, expr]),
  );
  const variables = templating.list.filter(({ query }) => query.startsWith('label_values('));
  return [...ofPanels, ...variables.map(({ name, query }): [string, string] => [`the variable ${name}`, query])];
}

describe('deploy/monitoring', () => {
  /** By metric: the labels that it has. */
  const exposed = new Map<string, Set<string>>([['up', new Set()]]);
  let scenario: Scenario;

  beforeAll(async () => {
    scenario = await Scenario.begin();
    const PORT = String(await freePort());
    const often = settings('cleanup_old_orders', { SCHEDULE: 'every 1s' });
    const worker = await scenario.ready({ PORT, ...often });
    await worker.log.find('Run succeeded');
    const text = await (await fetch(`http://127.0.0.1:${PORT}/metrics`)).text();
    for (const [, name = '', labels = ''] of text.matchAll(/^([a-z]\w*)(?:\{(.*)\})? /gm)) {
      const metric = name.replace(/_(?:bucket|sum|count)$/, '');
      const known = exposed.get(metric) ?? new Set();
      for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
      exposed.set(metric, known);
    }
    await worker.stop();
  });
  afterAll(() => scenario.end());

  it.each([...ruleQueries(), ...dashboardQueries()])('asks in %s for what /metrics has', (_, expression) => {
    const { metrics, grouping } = readQuery(expression);
    expect(metrics.size).toBeGreaterThan(0);
    for (const [metric, labels] of metrics) {
      expect([...exposed.keys()]).toContain(metric);
      const known = [...OF_PROMETHEUS, ...exposed.get(metric)!];
      expect(known).toEqual(expect.arrayContaining([...labels, ...grouping]));
    }
  });

  it('is found wrong where a query has a name that /metrics lacks', () => {
    const { metrics, grouping } = readQuery('sum by (task, le) (rate(worker_nothing_bucket{outcome="x"}[5m]))');
    expect([...metrics]).toEqual([['worker_nothing', ['outcome']]]);
    expect(grouping).toEqual(['task', 'le']);
    expect(exposed.has('worker_nothing')).toBe(false);
  });

  it('has a test for each rule', () => {
    const tested = [...read('alerts.test.yml').matchAll(/alertname: (\w+)/g)].map(([, name]) => name);
    expect(tested).toEqual(expect.arrayContaining(ruleQueries().map(([name]) => name.replace('the rule ', ''))));
  });

  whereInstalled('has rules that hold in the tests of promtool (where it is installed)', () => {
    const end = spawnSync('promtool', ['test', 'rules', 'alerts.test.yml'], { cwd: FOLDER, encoding: 'utf8' });
    expect(end).toMatchObject({ status: 0, stdout: expect.stringContaining('SUCCESS') });
    const config = spawnSync('promtool', ['check', 'config', 'prometheus.yml'], { cwd: FOLDER, encoding: 'utf8' });
    expect(config).toMatchObject({ status: 0 });
  });
});
