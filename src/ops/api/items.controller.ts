import { Body, Get, HttpCode, Post, Query, Req } from '@nestjs/common';
import type { z } from 'zod';
import { isQuarantined, type ItemRecord } from '../../ledger/item-ledger.js';
import { Clock } from '../../time/clock.js';
import type { OpsRequest } from '../access/caller.js';
import { OperatorCommands } from '../operator-commands.js';
import { RunQueries } from '../run.queries.js';
import { TaskQueries } from '../task.queries.js';
import { OpsController } from './ops.controller.js';
import { originOf } from './origin.js';
import { type Page, wholeList } from './page.js';
import { itemsQuery, releaseBody, Valid } from './requests.js';

@OpsController('items')
export class ItemsController {
  constructor(
    private readonly tasks: TaskQueries,
    private readonly runs: RunQueries,
    private readonly commands: OperatorCommands,
    private readonly clock: Clock,
  ) {}

  /** Items that failed and have not been done since, over runs. */
  @Get()
  async list(
    @Query(new Valid(itemsQuery)) { task, quarantined }: z.output<typeof itemsQuery>,
  ): Promise<Page<ItemRecord & { readonly task: string }>> {
    const names = task === undefined ? this.tasks.plans().map(({ name }) => name) : [this.tasks.get(task).name];
    const troubled = await Promise.all(
      names.map(async (name) =>
        [...(await this.runs.troubledItems(name)).values()].map((item) => ({ ...item, task: name })),
      ),
    );
    const now = this.clock.now();
    const items = troubled
      .flat()
      .filter((item) => quarantined === undefined || quarantined === isQuarantined(item, now));
    return wholeList(items);
  }

  @Post('release')
  @HttpCode(200)
  async release(
    @Body(new Valid(releaseBody)) { task, items, reason }: z.output<typeof releaseBody>,
    @Req() request: OpsRequest,
  ): Promise<{ released: readonly string[] }> {
    return { released: await this.commands.release(task, items, originOf(request, reason)) };
  }
}
