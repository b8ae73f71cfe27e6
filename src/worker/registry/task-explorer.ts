import { Injectable } from '@nestjs/common';
import { DiscoveryService, ModulesContainer } from '@nestjs/core';
import { nestTimers } from './nest-timers.js';
import { discoverTasks } from './task-discovery.js';
import { type Discovery, TaskSource } from './task-source.js';

/** Finds the tasks among all providers of the application. */
@Injectable()
export class TaskExplorer extends TaskSource {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly modules: ModulesContainer,
  ) {
    super();
  }

  explore(): Discovery {
    const providers = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    const { tasks, problems } = discoverTasks(providers);
    return { tasks, problems: [...nestTimers(this.modules), ...problems] };
  }
}
