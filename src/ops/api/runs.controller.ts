import { Body, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import type { z } from 'zod';
import type { ItemFailure } from '../../ledger/run-ledger.js';
import type { Run } from '../../runs/run.js';
import type { OpsRequest } from '../access/caller.js';
import { OperatorCommands } from '../operator-commands.js';
import { type RunLogLine, RunLogQueries } from '../run-log.queries.js';
import { RunQueries } from '../run.queries.js';
import { RunSearchQueries } from '../run-search.queries.js';
import { OpsController } from './ops.controller.js';
import { originOf } from './origin.js';
import { type Page, pageOf, type RunPage, wholeList } from './page.js';
import { logsQuery, reasonBody, retryBody, runItemsQuery, runsQuery, Valid } from './requests.js';

@OpsController('runs')
export class RunsController {
  constructor(
    private readonly runs: RunQueries,
    private readonly search: RunSearchQueries,
    private readonly commands: OperatorCommands,
    private readonly runLogs: RunLogQueries,
  ) {}

  @Get()
  async list(@Query(new Valid(runsQuery)) query: z.output<typeof runsQuery>): Promise<RunPage> {
    const { status: statuses, trigger: triggers, cursor: before, limit, q, ...rest } = query;
    const narrowed = { ...rest, statuses, triggers, before };
    if (q && !(await this.search.beginsAnId(q))) {
      const { runs, next } = await this.search.inErrors({ ...narrowed, limit }, q);
      return { items: runs, next: next?.before ?? null, searchedBackTo: next?.searchedBackTo ?? null };
    }
    const found = await this.runs.list({ ...narrowed, ...(q && { idPrefix: q }), limit: limit + 1 });
    return { ...pageOf(found, limit, ({ id }) => id), searchedBackTo: null };
  }

  @Get(':id')
  get(@Param('id') id: string): Promise<Run> {
    return this.runs.get(id);
  }

  /** The failed ones: of others the ledger keeps no more than their number. */
  @Get(':id/items')
  async items(
    @Param('id') id: string,
    @Query(new Valid(runItemsQuery)) { error, cursor, limit }: z.output<typeof runItemsQuery>,
  ): Promise<Page<ItemFailure & { readonly status: 'failed' }>> {
    const failed = await this.runs.failedItems(await this.runs.get(id));
    const fitting = error === undefined ? failed : failed.filter((item) => textOf(item).includes(error));
    const items = fitting.slice(cursor, cursor + limit).map((item) => ({ ...item, status: 'failed' as const }));
    return { items, next: cursor + limit < fitting.length ? String(cursor + limit) : null };
  }

  @Get(':id/logs')
  async logs(
    @Param('id') id: string,
    @Query(new Valid(logsQuery)) selection: z.output<typeof logsQuery>,
  ): Promise<Page<RunLogLine>> {
    return wholeList(await this.runLogs.lines(id, selection));
  }

  @Post(':id/cancel')
  @HttpCode(202)
  cancel(
    @Param('id') id: string,
    @Body(new Valid(reasonBody)) { reason }: z.output<typeof reasonBody>,
    @Req() request: OpsRequest,
  ): Promise<Run> {
    return this.commands.cancel(id, originOf(request, reason));
  }

  @Post(':id/retry')
  @HttpCode(202)
  async retry(
    @Param('id') id: string,
    @Body(new Valid(retryBody)) { items, error, reason }: z.output<typeof retryBody>,
    @Req() request: OpsRequest,
  ): Promise<Run> {
    return (await this.commands.retry(id, { items, error }, originOf(request, reason))).run;
  }
}

function textOf({ error: { name, code, message } }: ItemFailure): string {
  return `${name} ${code} ${message}`;
}
