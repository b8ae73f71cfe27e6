import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import {
  MODULE_METADATA,
  PARAMTYPES_METADATA,
  SCOPE_OPTIONS_METADATA,
  SELF_DECLARED_DEPS_METADATA,
} from '@nestjs/common/constants.js';
import { BaseTask } from '../authoring/base.task.js';
import { discoverTasks, type ExploredProvider } from './task-discovery.js';
import { type Discovery, TaskSource } from './task-source.js';

/** Only Nest's container knows something that there is to know of the tasks. */
export class ContainerNeededError extends Error {
  override readonly name = 'ContainerNeededError';
}

/** What tasks may use while they are constructed, by its injection token. */
export type AtHand = ReadonlyMap<unknown, unknown>;

/**
 * The tasks of a module and of those that it imports, without a container and without what they
 * talk to: enough to know their names and schedules. A task is constructed with what is at hand,
 * and with stand-ins for the rest.
 *
 * `explore` throws a `ContainerNeededError` rather than tell anything else than the container
 * would: where a task looks at a stand-in, and where a module has more than plain classes.
 */
export class StandaloneTasks extends TaskSource {
  constructor(
    private readonly module: Type,
    private readonly atHand: AtHand,
  ) {
    super();
  }

  explore(): Discovery {
    return discoverTasks(this.providersOf(this.module, new Set()));
  }

  private providersOf(module: Type, seen: Set<Type>): ExploredProvider[] {
    if (seen.has(module)) return [];
    seen.add(module);
    const own = [...classesIn(module, MODULE_METADATA.PROVIDERS), ...classesIn(module, MODULE_METADATA.CONTROLLERS)];
    const imported = classesIn(module, MODULE_METADATA.IMPORTS).flatMap((each) => this.providersOf(each, seen));
    return [...imported, ...own.map((each) => this.provide(each, module))];
  }

  private provide(type: Type, { name }: Type): ExploredProvider {
    const isTask = type.prototype instanceof BaseTask;
    return {
      instance: isTask ? this.construct(type) : undefined,
      metatype: type,
      isNotMetatype: false,
      isTransient: false,
      isDependencyTreeStatic: () => true,
      host: { name },
    };
  }

  private construct(type: Type): object {
    const scope = Reflect.getMetadata(SCOPE_OPTIONS_METADATA, type) as { scope?: unknown } | undefined;
    if (scope?.scope) throw new ContainerNeededError(`${type.name} has a scope`);
    return Reflect.construct(
      type,
      tokensOf(type).map((token) => this.atHand.get(token) ?? standIn(token)),
    ) as object;
  }
}

function classesIn(module: Type, kind: string): Type[] {
  const listed = (Reflect.getMetadata(kind, module) ?? []) as readonly unknown[];
  return listed.map((each) => {
    if (typeof each === 'function') return each as Type;
    throw new ContainerNeededError(`${module.name} has more than classes among its ${kind}`);
  });
}

/** What Nest would inject: the types of the parameters, or what `@Inject` names instead. */
function tokensOf(type: Type): unknown[] {
  const tokens = [...((Reflect.getMetadata(PARAMTYPES_METADATA, type) ?? []) as readonly unknown[])];
  const named = (Reflect.getMetadata(SELF_DECLARED_DEPS_METADATA, type) ?? []) as { index: number; param: unknown }[];
  for (const { index, param } of named) tokens[index] = param;
  return tokens;
}

/** May be kept, and not be looked at. */
function standIn(token: unknown): object {
  const refuse = () => {
    throw new ContainerNeededError(`A task uses ${String(token)} while it is constructed`);
  };
  const traps: ProxyHandler<() => void> = { get: refuse, set: refuse, has: refuse, apply: refuse, ownKeys: refuse };
  return new Proxy(() => {}, { ...traps, getPrototypeOf: refuse, getOwnPropertyDescriptor: refuse, construct: refuse });
}
