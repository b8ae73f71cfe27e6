import 'reflect-metadata';
import type { ModulesContainer } from '@nestjs/core';
import type { ConfigurationProblem } from '../../config/configuration.error.js';

/** Under it `ScheduleModule.forRoot` keeps its options. The package does not export it. */
const SCHEDULE_MODULE_OPTIONS = 'SCHEDULE_MODULE_OPTIONS';

/**
 * Modules that import `ScheduleModule.forRoot()` as Nest's documents say: its timers would run
 * every task beside the worker, outside of the ledger.
 */
export function nestTimers(modules: ModulesContainer): ConfigurationProblem[] {
  const armed = [...modules.values()].filter((module) =>
    isAnyOn(module.providers.get(SCHEDULE_MODULE_OPTIONS)?.instance),
  );
  if (armed.length === 0) return [];
  const importers = [...modules.values()].filter(({ metatype }) => armed.some((module) => imports(metatype, module)));
  const names = importers.map(({ name }) => name).join(' and ');
  return [
    {
      subject: names === '' ? 'ScheduleModule' : `module ${names}`,
      found: 'importing ScheduleModule with its timers on, which would run every task a second time',
      expected:
        'no ScheduleModule: the worker itself arms what @Cron and @Interval declare. For SchedulerRegistry alone, ' +
        'ScheduleModule.forRoot({ cronJobs: false, intervals: false, timeouts: false })',
    },
  ];
}

/** As it is written: ScheduleModule is global, so that Nest itself counts it among all imports. */
function imports(importer: object, { metatype }: { readonly metatype: unknown }): boolean {
  const written = (Reflect.getMetadata('imports', importer) ?? []) as readonly unknown[];
  return written.some((entry) => entry === metatype || (entry as { module?: unknown } | null)?.module === metatype);
}

function isAnyOn(options: unknown): boolean {
  if (typeof options !== 'object' || options === null) return false;
  const { cronJobs, intervals, timeouts } = options as Record<string, unknown>;
  return [cronJobs, intervals, timeouts].some(Boolean);
}
