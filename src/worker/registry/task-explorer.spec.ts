import { Controller, Inject, Injectable, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { Cron, Interval, Timeout } from '@nestjs/schedule';
import { BaseTask } from '../authoring/base.task.js';
import { BatchTask } from '../authoring/batch.task.js';
import type { BatchContext } from '../batch/batch-context.js';
import { singlePage } from '../authoring/pages/pages.js';
import type { ItemCounts } from '../../runs/run.js';
import { problemsOf } from './testing/application.js';

const STRAY =
  'the schedule decorator on a task only: execute of a class that extends BaseTask, processItem of one that extends BatchTask';
const ON_EXECUTE = 'the schedule decorator on execute of this task';
const ON_PROCESS_ITEM = 'the schedule decorator on processItem of this batch task; execute comes with BatchTask';

describe('A schedule decorator that nobody would heed fails the start:', () => {
  it('on a provider that is no task', async () => {
    @Injectable()
    class Reports {
      @Cron('0 3 * * *')
      send(): void {}
    }
    expect(await problemsOf({ providers: [Reports] })).toEqual([
      { subject: 'Reports.send', found: 'decorated with @Cron', expected: STRAY },
    ]);
  });

  it('on a controller', async () => {
    @Controller()
    class Orders {
      @Interval(1_000)
      poll(): void {}
    }
    expect(await problemsOf({ controllers: [Orders] })).toMatchObject([{ subject: 'Orders.poll' }]);
  });

  it('on another method of a task', async () => {
    @Injectable()
    class Report extends BaseTask {
      readonly name = 'report';

      @Cron('0 3 * * *')
      async execute(): Promise<void> {}

      @Timeout(1_000)
      warmUp(): void {}
    }
    expect(await problemsOf({ providers: [Report] })).toMatchObject([
      { subject: 'Report.warmUp', expected: ON_EXECUTE },
    ]);
  });

  it('on a method that is inherited', async () => {
    class Polling {
      @Interval(1_000)
      poll(): void {}
    }
    @Injectable()
    class Orders extends Polling {}
    expect(await problemsOf({ providers: [Orders] })).toMatchObject([{ subject: 'Orders.poll' }]);
  });

  it('on a static method, be it of a task or inherited', async () => {
    class Polling {
      @Interval(1_000)
      static poll(): void {}
    }
    @Injectable()
    class Orders extends Polling {}
    @Injectable()
    class Report extends BaseTask {
      readonly name = 'report';

      @Cron('0 3 * * *')
      static execute(): void {}

      @Cron('0 3 * * *')
      async execute(): Promise<void> {}
    }
    expect(await problemsOf({ providers: [Orders, Report] })).toEqual([
      { subject: 'static Orders.poll', found: 'decorated with @Interval', expected: STRAY },
      { subject: 'static Report.execute', found: 'decorated with @Cron', expected: ON_EXECUTE },
    ]);
  });

  it('on a provider that exists per request only', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Visitor {
      @Interval(1_000)
      poll(): void {}
    }
    expect(await problemsOf({ providers: [Visitor] })).toMatchObject([{ subject: 'Visitor.poll' }]);
  });

  it('on the instance that a factory makes', async () => {
    class Orders {
      @Interval(1_000)
      poll(): void {}
    }
    const provider = { provide: 'orders', useFactory: async () => new Orders() };
    expect(await problemsOf({ providers: [provider] })).toMatchObject([{ subject: 'Orders.poll' }]);
  });

  it('on the execute of a class that a task extends, when the task has an execute of its own', async () => {
    class Hourly extends BaseTask {
      readonly name: string = 'hourly';

      @Interval(3_600_000)
      async execute(): Promise<void> {}
    }
    @Injectable()
    class Cleanup extends Hourly {
      override readonly name = 'cleanup';

      override async execute(): Promise<void> {}
    }
    expect(await problemsOf({ providers: [Cleanup] })).toMatchObject([
      { subject: 'task cleanup', found: 'without a schedule, since its execute overrides the decorated one' },
    ]);
  });
});

describe('A batch task', () => {
  abstract class Orders extends BatchTask<string> {
    readonly name: string = 'orders';
    readonly pages = singlePage(async () => ['1']);
  }

  it('is scheduled by the decorator on its processItem', async () => {
    @Injectable()
    class Scheduled extends Orders {
      @Interval(1_000)
      async processItem(): Promise<void> {}
    }
    expect(await problemsOf({ providers: [Scheduled] })).toEqual([]);
  });

  it('without a decorator fails the start, which says where it belongs', async () => {
    @Injectable()
    class Unscheduled extends Orders {
      async processItem(): Promise<void> {}
    }
    expect(await problemsOf({ providers: [Unscheduled] })).toMatchObject([
      { found: 'without a schedule', expected: expect.stringContaining('on its processItem') },
    ]);
  });

  it('with the decorator on an execute of its own fails the start, which names processItem', async () => {
    @Injectable()
    class Repeating extends Orders {
      @Interval(1_000)
      override execute(context: BatchContext): Promise<ItemCounts> {
        return super.execute(context);
      }

      async processItem(): Promise<void> {}
    }
    expect(await problemsOf({ providers: [Repeating] })).toContainEqual({
      subject: 'Repeating.execute',
      found: 'decorated with @Interval',
      expected: ON_PROCESS_ITEM,
    });
  });

  it('whose processItem overrides the decorated one of a class that it extends fails the start', async () => {
    class Hourly extends Orders {
      @Interval(3_600_000)
      async processItem(): Promise<void> {}
    }
    @Injectable()
    class Own extends Hourly {
      override readonly name = 'own';

      override async processItem(): Promise<void> {}
    }
    expect(await problemsOf({ providers: [Own] })).toMatchObject([
      { subject: 'task own', found: 'without a schedule, since its processItem overrides the decorated one' },
    ]);
  });

  it('that decorates processItem though it is a plain task fails the start', async () => {
    @Injectable()
    class Plain extends BaseTask {
      readonly name = 'plain';
      override readonly manualOnly = true;

      async execute(): Promise<void> {}

      @Interval(1_000)
      async processItem(): Promise<void> {}
    }
    expect(await problemsOf({ providers: [Plain] })).toMatchObject([
      { subject: 'Plain.processItem', expected: ON_EXECUTE },
    ]);
  });
});

describe('A task that is no singleton fails the start:', () => {
  class Hourly extends BaseTask {
    readonly name = 'hourly';

    @Interval(3_600_000)
    async execute(): Promise<void> {}
  }

  it('request-scoped', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest extends Hourly {}
    expect(await problemsOf({ providers: [PerRequest] })).toMatchObject([
      { subject: 'task PerRequest', found: 'request-scoped', expected: expect.stringMatching(/^a singleton/) },
    ]);
  });

  it('request-scoped by what is injected into it', async () => {
    @Injectable()
    class Tainted extends Hourly {
      constructor(@Inject(REQUEST) readonly request: unknown) {
        super();
      }
    }
    expect(await problemsOf({ providers: [Tainted] })).toMatchObject([
      { subject: 'task Tainted', found: 'request-scoped' },
    ]);
  });

  it('transient', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class Fleeting extends Hourly {}
    expect(await problemsOf({ providers: [Fleeting] })).toMatchObject([
      { subject: 'task Fleeting', found: 'transient' },
    ]);
  });
});

it('Providers of any other kind are left alone', async () => {
  const odd = [
    null,
    undefined,
    0,
    'text',
    () => 1,
    class {},
    Object.create(null),
    Object.create(Object.create(null) as object),
    new Map(),
    new Date(0),
  ];
  const providers = odd.map((useValue: unknown, index) => ({ provide: `odd ${index}`, useValue }));
  expect(await problemsOf({ providers })).toEqual([]);
});
