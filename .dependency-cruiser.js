/** Imports point downwards only: config ← worker ← ledger, engines, data-api, health ← tasks ← the application. */
const only = (name, from, to) => ({
  name: `${name}-points-downwards`,
  severity: 'error',
  from: { path: `^src/${from}/`, pathNot: '\\.spec\\.ts$' },
  to: { path: '^src/', pathNot: [`^src/${from}/`, ...to.map((folder) => `^src/${folder}/`)] },
});

export default {
  forbidden: [
    only('config', 'config', []),
    only('worker', 'worker', ['config']),
    only('ledger', 'ledger', ['config', 'worker']),
    only('engines', 'engines', ['config', 'worker']),
    only('data-api', 'data-api', ['config', 'worker']),
    only('health', 'health', ['config', 'worker']),
    only('logging', 'logging', ['config', 'worker']),
    only('tasks', 'tasks', ['config', 'worker', 'data-api']),
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
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
