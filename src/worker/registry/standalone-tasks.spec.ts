import { Inject, Injectable, Module, Scope } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { HOUR } from '../../time/duration.js';
import { BaseTask } from '../authoring/base.task.js';
import { ContainerNeededError, StandaloneTasks } from './standalone-tasks.js';

@Injectable()
class Api {
  readonly timeout = 5;
}

@Injectable()
class PlainTask extends BaseTask {
  readonly name: string = 'plain';

  constructor(
    readonly api: Api,
    @Inject('limit') override readonly timeout: number,
  ) {
    super();
  }

  @Interval(HOUR)
  async execute(): Promise<void> {}
}

@Injectable()
class CuriousTask extends PlainTask {
  override readonly name = `curious_${this.api.timeout}`;
}

@Injectable({ scope: Scope.REQUEST })
class ScopedTask extends PlainTask {}

@Injectable()
class Stray {
  @Interval(HOUR)
  async execute(): Promise<void> {}
}

@Module({ providers: [Api, PlainTask] })
class PlainModule {}

@Module({ imports: [PlainModule] })
class Between {}

@Module({ imports: [Between, PlainModule], providers: [Stray] })
class Tasks {}

const explore = (module: new () => object) => new StandaloneTasks(module, new Map([['limit', 7]])).explore();

describe('tasks without a container', () => {
  it('are those of the module and of all that it imports, each once', () => {
    const { tasks } = explore(Tasks);
    expect(tasks).toMatchObject([
      { className: 'PlainTask', module: 'PlainModule', method: 'execute', task: { name: 'plain', timeout: 7 } },
    ]);
    expect(tasks[0]?.declarations).toEqual([{ decorator: '@Interval', milliseconds: HOUR }]);
  });

  it('come with what is wrong with other providers', () => {
    expect(explore(Tasks).problems).toMatchObject([{ subject: 'Stray.execute', found: 'decorated with @Interval' }]);
  });

  it.each([
    ['looks at what it is given', { providers: [CuriousTask] }, 'A task uses class Api'],
    ['has a scope', { providers: [ScopedTask] }, 'ScopedTask has a scope'],
    ['may be among other providers', { providers: [{ provide: 'x', useValue: 1 }] }, 'more than classes'],
    ['may be in a dynamic module', { imports: [{ module: PlainModule }] }, 'more than classes'],
  ])('leave to the container a task that %s', (_, metadata, message) => {
    @Module(metadata)
    class Special {}
    expect(() => explore(Special)).toThrow(ContainerNeededError);
    expect(() => explore(Special)).toThrow(message);
  });
});
