import { Injectable, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Interval, ScheduleModule } from '@nestjs/schedule';
import { type TickPlan, TickRecorder } from '../measure/tick-recorder.ts';

/**
 * Bare `@nestjs/schedule` with the same tasks, nothing recorded or logged: `node nest-schedule.ts
 * PLAN`.
 */
const plan = JSON.parse(process.argv[2] ?? '{}') as TickPlan;

function declareTask(): Type {
  class EmptyTask {
    /** Its own grid, because the package does not promise another. */
    private due = 0;

    async execute(): Promise<void> {
      this.due = this.due === 0 ? Date.now() : this.due + plan.every;
      recorder.record(this.due);
    }
  }
  const execute = Object.getOwnPropertyDescriptor(EmptyTask.prototype, 'execute') as PropertyDescriptor;
  Interval(plan.every)(EmptyTask.prototype, 'execute', execute);
  Injectable()(EmptyTask);
  return EmptyTask;
}

class BareModule {}
Module({ imports: [ScheduleModule.forRoot()], providers: Array.from({ length: plan.tasks }, declareTask) })(BareModule);

const recorder = new TickRecorder(plan);
const app = await NestFactory.createApplicationContext(BareModule, { logger: false });
await recorder.measure();
await app.close();
