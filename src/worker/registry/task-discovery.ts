import { type DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { ConfigurationProblem } from '../../config/configuration.error.js';
import { BaseTask } from '../authoring/base.task.js';
import { BatchTask } from '../authoring/batch.task.js';
import { readScheduleDeclarations, type ScheduleDeclaration } from './schedule-metadata.js';
import type { DiscoveredTask, Discovery, ScheduledMethod } from './task-source.js';

/** What is asked of a provider; Nest's own wrapper of one knows all of it. */
export type ExploredProvider = Pick<
  ReturnType<DiscoveryService['getProviders']>[number],
  'instance' | 'metatype' | 'isNotMetatype' | 'isTransient' | 'isDependencyTreeStatic'
> & { readonly host?: { readonly name: string } | undefined };

const scanner = new MetadataScanner();

/** Finds the tasks among the providers, and what is wrong with them or with the others. */
export function discoverTasks(providers: Iterable<ExploredProvider>): Discovery {
  const tasks = new Map<BaseTask, DiscoveredTask>();
  const problems = new Map<string, ConfigurationProblem>();
  for (const provider of providers) {
    const prototype = prototypeOf(provider);
    if (!prototype) continue;
    for (const problem of strayDeclarations(prototype)) problems.set(problem.subject, problem);
    if (!isTask(prototype)) continue;
    const problem = scopeProblem(provider, prototype);
    if (problem) problems.set(problem.subject, problem);
    else tasks.set(provider.instance as BaseTask, describe(provider, prototype));
  }
  return { tasks: [...tasks.values()], problems: [...problems.values()] };
}

function strayDeclarations(prototype: object): ConfigurationProblem[] {
  const methods = scanner.getAllMethodNames(prototype);
  const strays = methods.filter((method) => !(isTask(prototype) && method === scheduledMethodOf(prototype)));
  return [
    ...strays.flatMap((method) => strayProblem(prototype, method, declarationsOf(prototype, method))),
    ...staticMethodsOf(prototype.constructor).flatMap(([method, implementation]) =>
      strayProblem(prototype, method, readScheduleDeclarations(implementation), 'static '),
    ),
  ];
}

function strayProblem(
  prototype: object,
  method: string,
  declarations: readonly ScheduleDeclaration[],
  modifier = '',
): ConfigurationProblem[] {
  if (declarations.length === 0) return [];
  return [
    {
      subject: `${modifier}${classNameOf(prototype)}.${method}`,
      found: `decorated with ${declarations.map(({ decorator }) => decorator).join(' and ')}`,
      expected: `the schedule decorator on ${placeFor(prototype)}`,
    },
  ];
}

function placeFor(prototype: object): string {
  if (prototype instanceof BatchTask) return 'processItem of this batch task; execute comes with BatchTask';
  if (isTask(prototype)) return 'execute of this task';
  return 'a task only: execute of a class that extends BaseTask, processItem of one that extends BatchTask';
}

function describe(provider: ExploredProvider, prototype: BaseTask): DiscoveredTask {
  const method = scheduledMethodOf(prototype);
  const declarations = declarationsOf(prototype, method);
  return {
    task: provider.instance as BaseTask,
    className: classNameOf(prototype),
    module: provider.host?.name ?? 'an unknown module',
    method,
    declarations,
    losesDeclaration:
      declarations.length === 0 && ancestorsOf(prototype).some((ancestor) => declares(ancestor, method)),
  };
}

/** A task lives as long as the process: its schedule and its registration do. */
function scopeProblem(provider: ExploredProvider, prototype: object): ConfigurationProblem | undefined {
  const scope = provider.isTransient ? 'transient' : provider.isDependencyTreeStatic() ? undefined : 'request-scoped';
  if (!scope) return undefined;
  return {
    subject: `task ${classNameOf(prototype)}`,
    found: scope,
    expected:
      'a singleton, and so for everything that is injected into it: there is no request that it could belong to',
  };
}

function prototypeOf({ instance, metatype, isNotMetatype }: ExploredProvider): object | undefined {
  if (typeof instance === 'object' && instance !== null) return Object.getPrototypeOf(instance) as object | undefined;
  return isNotMetatype ? undefined : (metatype?.prototype as object | undefined);
}

function isTask(prototype: object): prototype is BaseTask {
  return prototype instanceof BaseTask;
}

/** A batch task brings its `execute` along: what its author writes is `processItem`. */
function scheduledMethodOf(prototype: BaseTask): ScheduledMethod {
  return prototype instanceof BatchTask ? 'processItem' : 'execute';
}

function declares(prototype: object, method: ScheduledMethod): boolean {
  return Object.hasOwn(prototype, method) && declarationsOf(prototype, method).length > 0;
}

function declarationsOf(prototype: object, method: string): readonly ScheduleDeclaration[] {
  const implementation: unknown = Reflect.get(prototype, method);
  return typeof implementation === 'function' ? readScheduleDeclarations(implementation) : [];
}

/** Those of the class and of the classes that it extends, but not those that every function has. */
function staticMethodsOf(constructor: object): [string, object][] {
  if (constructor === Function.prototype || typeof constructor !== 'function') return [];
  const own = Object.entries(Object.getOwnPropertyDescriptors(constructor));
  const methods = own.flatMap(([name, { value }]): [string, object][] =>
    typeof value === 'function' ? [[name, value as object]] : [],
  );
  const parent = Object.getPrototypeOf(constructor) as object | null;
  return parent ? [...methods, ...staticMethodsOf(parent)] : methods;
}

function ancestorsOf(prototype: object): object[] {
  const parent = Object.getPrototypeOf(prototype) as object | null;
  return parent ? [parent, ...ancestorsOf(parent)] : [];
}

function classNameOf(prototype: object): string {
  return prototype.constructor.name;
}
