import { Global, Module } from '@nestjs/common';
import { TaskEngine } from '../worker/task-engine.js';
import { LocalEngine } from './local.engine.js';

@Global()
@Module({
  providers: [{ provide: TaskEngine, useClass: LocalEngine }],
  exports: [TaskEngine],
})
export class EnginesModule {}
