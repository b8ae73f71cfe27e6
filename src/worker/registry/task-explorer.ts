import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { ConfigurationProblem } from '../../config/configuration.error.js';
import { BaseTask } from '../authoring/base.task.js';
import { BatchTask } from '../authoring/batch.task.js';
import { nestTimers } from './nest-timers.js';
import { readScheduleDeclarations, type ScheduleDeclaration } from './schedule-metadata.js';

type Provider = ReturnType<DiscoveryService['getProviders']>[number];

/** What the author of a task writes, and decorates. */
type ScheduledMethod = 'execute' | 'processItem';

/** A task as its author wrote it. */
export interface DiscoveredTask {
  readonly task: BaseTask;
  readonly className: string;
  /** The module that provides it. */
  readonly module: string;
  /** The method that its schedule decorator belongs on. */
  readonly method: ScheduledMethod;
  /** The schedule decorators on it. */
  readonly declarations: readonly ScheduleDeclaration[];
  /** True: the decorator is on the method of a class that it extends, which this one overrides. */
  readonly losesDeclaration: boolean;
}

export interface Discovery {
  readonly tasks: readonly DiscoveredTask[];
  /** Tasks that cannot be scheduled, and decorators that nobody would ever heed. */
  readonly problems: readonly ConfigurationProblem[];
}

/** Finds the tasks among all providers of the application. */
@Injectable()
export class TaskExplorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly modules: ModulesContainer,
  ) {}

  explore(): Discovery {
    const tasks = new Map<BaseTask, DiscoveredTask>();
    const problems = new Map<string, ConfigurationProblem>();
    for (const provider of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      const prototype = prototypeOf(provider);
      if (!prototype) continue;
      for (const problem of this.strayDeclarations(prototype)) problems.set(problem.subject, problem);
      if (!isTask(prototype)) continue;
      const problem = scopeProblem(provider, prototype);
      if (problem) problems.set(problem.subject, problem);
      else tasks.set(provider.instance as BaseTask, describe(provider, prototype));
    }
    return { tasks: [...tasks.values()], problems: [...nestTimers(this.modules), ...problems.values()] };
  }

  private strayDeclarations(prototype: object): ConfigurationProblem[] {
    const methods = this.scanner.getAllMethodNames(prototype);
    const strays = methods.filter((method) => !(isTask(prototype) && method === scheduledMethodOf(prototype)));
    return [
      ...strays.flatMap((method) => strayProblem(prototype, method, declarationsOf(prototype, method))),
      ...staticMethodsOf(prototype.constructor).flatMap(([method, implementation]) =>
        strayProblem(prototype, method, readScheduleDeclarations(implementation), 'static '),
      ),
    ];
  }
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

function describe(provider: Provider, prototype: BaseTask): DiscoveredTask {
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
function scopeProblem(provider: Provider, prototype: object): ConfigurationProblem | undefined {
  const scope = provider.isTransient ? 'transient' : provider.isDependencyTreeStatic() ? undefined : 'request-scoped';
  if (!scope) return undefined;
  return {
    subject: `task ${classNameOf(prototype)}`,
    found: scope,
    expected:
      'a singleton, and so for everything that is injected into it: there is no request that it could belong to',
  };
}

function prototypeOf({ instance, metatype, isNotMetatype }: Provider): object | undefined {
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
