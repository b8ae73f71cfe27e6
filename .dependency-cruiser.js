/**
 * Imports point downwards only: `time` is the ground, the application is the roof.
 *
 *     time ← config ← runs ← ledger (contracts) ← worker
 *     worker ← engines, data-api, logging, telemetry, ops ← health, tasks
 *
 * `ledger/sql` and its drivers stand beside the worker, and know nothing of it.
 */
const GROUND = ['src/time/', 'src/config/', 'src/runs/'];
const CONTRACTS = [...GROUND, 'src/ledger/[^/]+\\.ts$'];

/** What the files below `room` may import, besides one another. */
const only = (room, downwards) => ({
  name: `${room}-points-downwards`,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: ['\\.spec\\.ts$', '/testing/'] },
  to: { path: '^src/', pathNot: [`^src/${room}/`, ...downwards.map((path) => `^${path}`)] },
});

export default {
  forbidden: [
    only('time', []),
    only('config', ['src/time/']),
    only('runs', ['src/time/', 'src/config/']),
    only('ledger', CONTRACTS),
    {
      name: 'the-contracts-of-the-ledger-know-no-store',
      severity: 'error',
      from: {
        path: '^src/ledger/[^/]+\\.ts$',
        pathNot: ['\\.spec\\.ts$', '^src/ledger/(ledger\\.(module|factory)|store\\.factory)\\.ts$'],
      },
      to: { path: '^src/ledger/(sql|sqlite|postgres)/' },
    },
    {
      name: 'what-is-recorded-knows-no-driver',
      severity: 'error',
      from: { path: '^src/ledger/sql/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/ledger/(sqlite|postgres)/' },
    },
    {
      name: 'only-its-room-knows-postgresql',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/ledger/postgres/', '\\.spec\\.ts$'] },
      to: { path: 'node_modules/(pg|@types/pg)/' },
    },
    {
      name: 'stores-do-not-know-each-other',
      severity: 'error',
      from: { path: '^src/ledger/(sqlite|postgres)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/ledger/(sqlite|postgres)/', pathNot: '^src/ledger/$1/' },
    },
    only('worker', CONTRACTS),
    only('engines', [...CONTRACTS, 'src/worker/']),
    only('data-api', [...CONTRACTS, 'src/worker/', 'src/health/dependency-monitor\\.ts$']),
    only('ops', [...CONTRACTS, 'src/worker/', 'src/data-api/policy/upstream-policy\\.ts$']),
    only('health', [...CONTRACTS, 'src/worker/', 'src/ops/']),
    only('logging', [...CONTRACTS, 'src/worker/execution/run-scope\\.ts$']),
    only('process', [...GROUND, 'src/worker/execution/run-scope\\.ts$']),
    only('service', [...GROUND, 'src/process/', 'src/worker/', 'src/logging/', 'src/app\\.module\\.ts$']),
    only('cli', [
      ...[...CONTRACTS, 'src/process/', 'src/worker/', 'src/logging/', 'src/ops/'],
      ...['src/app\\.module\\.ts$', 'src/tasks/tasks\\.module\\.ts$', 'src/data-api/api-probe\\.ts$'],
    ]),
    only('telemetry', [...CONTRACTS, 'src/worker/', 'src/ops/', 'src/data-api/policy/upstream-policy\\.ts$']),
    only('tasks', ['src/worker/index\\.ts$', 'src/data-api/index\\.ts$', 'src/config/']),
    {
      name: 'only-specs-use-the-test-kit',
      severity: 'error',
      from: { path: '^src/', pathNot: ['\\.spec\\.ts$', '/testing/'] },
      to: { path: '^src/.*testing/' },
    },
    {
      name: 'every-task-is-in-a-module',
      comment: 'Enter the module of the task in src/tasks/tasks.module.ts.',
      severity: 'error',
      from: { path: '^src/tasks/tasks\\.module\\.ts$' },
      to: { path: '^src/tasks/.*\\.task\\.ts$', reachable: false },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'the-service-knows-no-sandbox',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(sandbox|test|bench)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
