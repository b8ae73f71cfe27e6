import 'reflect-metadata';

/**
 * What a decorator of `@nestjs/schedule` says about a method. Nothing is checked: authors can pass
 * anything.
 */
export type ScheduleDeclaration =
  | { readonly decorator: '@Interval'; readonly milliseconds: unknown }
  | { readonly decorator: '@Cron'; readonly time: unknown; readonly options: Readonly<Record<string, unknown>> }
  | { readonly decorator: '@Timeout' };

/** The keys under which the decorators store their arguments. The package does not export them. */
const CRON_OPTIONS = 'SCHEDULE_CRON_OPTIONS';
const INTERVAL_OPTIONS = 'SCHEDULE_INTERVAL_OPTIONS';
const TIMEOUT_OPTIONS = 'SCHEDULE_TIMEOUT_OPTIONS';

/** What decorators have said about a method, by key: the metadata hold only the last. */
const said = new WeakMap<object, Map<unknown, unknown[]>>();

watchScheduleDecorators();

/** The schedule decorators on a method: none, one, or several stacked by mistake. */
export function readScheduleDeclarations(method: object): readonly ScheduleDeclaration[] {
  return [
    ...read(method, INTERVAL_OPTIONS).map(
      ({ timeout }) => ({ decorator: '@Interval', milliseconds: timeout }) as const,
    ),
    ...read(method, CRON_OPTIONS).map(({ cronTime, ...options }) => {
      return { decorator: '@Cron', time: cronTime, options } as const;
    }),
    ...read(method, TIMEOUT_OPTIONS).map(() => ({ decorator: '@Timeout' }) as const),
  ];
}

function read(method: object, key: string): readonly Readonly<Record<string, unknown>>[] {
  const last: unknown = Reflect.getMetadata(key, method);
  return (said.get(method)?.get(key) ?? (last ? [last] : [])) as Readonly<Record<string, unknown>>[];
}

/**
 * Of two `@Cron` on one method the second to be applied replaces the first, and no trace remains of
 * it: only who looks on can tell. `BaseTask` loads this module before the first task is decorated.
 */
function watchScheduleDecorators(): void {
  const keys = new Set<unknown>([INTERVAL_OPTIONS, CRON_OPTIONS, TIMEOUT_OPTIONS]);
  const define = Reflect.defineMetadata.bind(Reflect) as (...parameters: unknown[]) => void;
  Reflect.defineMetadata = (key: unknown, value: unknown, target: object, ...property: unknown[]) => {
    define(key, value, target, ...property);
    if (!keys.has(key)) return;
    const byKey = said.get(target) ?? new Map<unknown, unknown[]>();
    said.set(target, byKey.set(key, [...(byKey.get(key) ?? []), value]));
  };
}
