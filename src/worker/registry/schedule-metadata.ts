import 'reflect-metadata';

/** What a decorator of `@nestjs/schedule` says about a method. Nothing is checked: authors can pass anything. */
export type ScheduleDeclaration =
  | { readonly decorator: '@Interval'; readonly milliseconds: unknown }
  | { readonly decorator: '@Cron'; readonly time: unknown; readonly options: Readonly<Record<string, unknown>> }
  | { readonly decorator: '@Timeout' };

/** The keys under which the decorators store their arguments. The package does not export them. */
const CRON_OPTIONS = 'SCHEDULE_CRON_OPTIONS';
const INTERVAL_OPTIONS = 'SCHEDULE_INTERVAL_OPTIONS';
const TIMEOUT_OPTIONS = 'SCHEDULE_TIMEOUT_OPTIONS';

/** The schedule decorators on a method: mostly none or one, but nothing keeps an author from stacking them. */
export function readScheduleDeclarations(method: object): readonly ScheduleDeclaration[] {
  const declarations: ScheduleDeclaration[] = [];
  const interval = read(method, INTERVAL_OPTIONS);
  if (interval) declarations.push({ decorator: '@Interval', milliseconds: interval['timeout'] });
  const cron = read(method, CRON_OPTIONS);
  if (cron) {
    const { cronTime, ...options } = cron;
    declarations.push({ decorator: '@Cron', time: cronTime, options });
  }
  if (read(method, TIMEOUT_OPTIONS)) declarations.push({ decorator: '@Timeout' });
  return declarations;
}

function read(method: object, key: string): Readonly<Record<string, unknown>> | undefined {
  return Reflect.getMetadata(key, method) as Readonly<Record<string, unknown>> | undefined;
}
