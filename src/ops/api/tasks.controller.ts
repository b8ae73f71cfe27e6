import { Body, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { z } from 'zod';
import type { Pause } from '../../ledger/pause.js';
import type { Run } from '../../runs/run.js';
import { Clock } from '../../time/clock.js';
import { workerConfig } from '../../config/worker.config.js';
import type { WorkerSettings } from '../../config/settings.js';
import { checkedParams } from '../../worker/registry/run-params.js';
import { TaskRegistry } from '../../worker/registry/task-registry.js';
import type { OpsRequest } from '../access/caller.js';
import { RecentAttempts } from '../access/recent-attempts.js';
import { OperatorCommands } from '../operator-commands.js';
import { optionsInForce, type TaskOption } from '../task-options.js';
import type { TaskView } from '../task-view.js';
import { TaskQueries } from '../task.queries.js';
import type { Explanation } from '../why/explanation.js';
import { WhyQueries } from '../why/why.queries.js';
import { OpsController } from './ops.controller.js';
import { originOf } from './origin.js';
import { type Page, wholeList } from './page.js';
import { tooMany } from './problem.js';
import { pauseBody, reasonBody, runBody, Valid, whyQuery } from './requests.js';

const MAX_RUNS_PER_MINUTE = 5;
/** Slots that the page of a task shows. */
const SHOWN_SLOTS = 5;

interface TaskDetails extends TaskView {
  readonly nextRuns: readonly Date[];
  readonly options: readonly TaskOption[];
  /** What a run by hand may be given, as JSON Schema; null: nothing. */
  readonly params: unknown;
}

@OpsController('tasks')
export class TasksController {
  private readonly manualRuns = new RecentAttempts(MAX_RUNS_PER_MINUTE);

  constructor(
    private readonly tasks: TaskQueries,
    private readonly registry: TaskRegistry,
    private readonly commands: OperatorCommands,
    private readonly whys: WhyQueries,
    private readonly clock: Clock,
    @Inject(workerConfig.KEY) private readonly settings: WorkerSettings,
  ) {}

  @Get()
  async list(): Promise<Page<TaskView>> {
    return wholeList(await this.tasks.list());
  }

  @Get(':name')
  async get(@Param('name') name: string): Promise<TaskDetails> {
    const view = await this.tasks.view(name);
    const registered = this.registry.get(name);
    const { params } = registered.task;
    return {
      ...view,
      nextRuns: this.nextRuns(view),
      options: optionsInForce(registered, this.settings),
      params: params === undefined ? null : z.toJSONSchema(params, { io: 'input', unrepresentable: 'any' }),
    };
  }

  /** What became of a slot, and why. */
  @Get(':name/why')
  why(
    @Param('name') name: string,
    @Query(new Valid(whyQuery)) { at }: z.output<typeof whyQuery>,
  ): Promise<Explanation> {
    return this.whys.explain(name, at ?? null);
  }

  @Post(':name/run')
  @HttpCode(202)
  async run(
    @Param('name') name: string,
    @Body(new Valid(runBody)) { params, dryRun, reason }: z.output<typeof runBody>,
    @Req() request: OpsRequest,
  ): Promise<Run> {
    this.tasks.get(name);
    const asked = { params: checkedParams(this.registry.get(name).task, params), dryRun };
    const now = this.clock.now().getTime();
    const wait = this.manualRuns.waitFor(name, now);
    if (wait > 0) throw tooMany(wait, `At most ${MAX_RUNS_PER_MINUTE} runs by hand a minute of one task`);
    this.manualRuns.count(name, now);
    return this.commands.run(name, asked, originOf(request, reason));
  }

  @Post(':name/pause')
  @HttpCode(200)
  async pause(
    @Param('name') name: string,
    @Body(new Valid(pauseBody)) body: z.output<typeof pauseBody>,
    @Req() request: OpsRequest,
  ): Promise<Pause> {
    const until = body.for === undefined ? (body.until ?? null) : new Date(this.clock.now().getTime() + body.for);
    return this.commands.pause(name, until, originOf(request, body.reason));
  }

  @Post(':name/resume')
  @HttpCode(200)
  async resume(
    @Param('name') name: string,
    @Body(new Valid(reasonBody)) { reason }: z.output<typeof reasonBody>,
    @Req() request: OpsRequest,
  ): Promise<Pause> {
    return this.commands.resume(name, originOf(request, reason));
  }

  /** After a pause, if there is one. */
  private nextRuns({ name, nextRun }: TaskView): readonly Date[] {
    return nextRun === null ? [] : [nextRun, ...this.tasks.slots(name, SHOWN_SLOTS - 1, nextRun)];
  }
}
