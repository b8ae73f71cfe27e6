import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { TaskEngine } from '../../worker/task-engine.js';
import { WorkerLifecycle } from '../../worker/worker-lifecycle.js';

/** Where the worker stands between its start and its stop. */
@Injectable()
export class WorkerIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly lifecycle: WorkerLifecycle,
    private readonly engine: TaskEngine,
  ) {}

  /** Up once configuration, tasks and ledger are up, and from then on, in a drain too. */
  hasStarted(): HealthIndicatorResult {
    const { phase } = this.lifecycle;
    const indicator = this.indicators.check('worker');
    return phase === 'starting' ? indicator.down({ phase }) : indicator.up({ phase });
  }

  acceptsWork(): HealthIndicatorResult {
    const { phase } = this.lifecycle;
    const indicator = this.indicators.check('worker');
    const accepting = phase === 'ready' && this.engine.phase === 'accepting';
    return accepting ? indicator.up({ phase }) : indicator.down({ phase, engine: this.engine.phase });
  }
}
