import { Module } from '@nestjs/common';
import { ManualRuns } from './manual-runs.js';
import { RunQueries } from './run.queries.js';
import { TaskQueries } from './task.queries.js';

const PROVIDERS = [TaskQueries, RunQueries, ManualRuns];

/** What people and programs are shown of the worker, and may ask of it, by whichever way they come. */
@Module({ providers: PROVIDERS, exports: PROVIDERS })
export class OpsModule {}
