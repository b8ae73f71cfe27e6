import { Module } from '@nestjs/common';
import { ManualRuns } from './manual-runs.js';
import { OperatorCommands } from './operator-commands.js';
import { RunLogQueries } from './run-log.queries.js';
import { RunQueries } from './run.queries.js';
import { RunSearchQueries } from './run-search.queries.js';
import { TaskQueries } from './task.queries.js';
import { WhyQueries } from './why/why.queries.js';

const PROVIDERS = [TaskQueries, RunQueries, RunSearchQueries, ManualRuns, OperatorCommands, WhyQueries, RunLogQueries];

/** What the worker shows and what may be asked of it, the same for CLI, API and console. */
@Module({ providers: PROVIDERS, exports: PROVIDERS })
export class OpsModule {}
