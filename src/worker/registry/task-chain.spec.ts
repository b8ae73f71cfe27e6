import { BaseTask } from '../authoring/base.task.js';
import type { DiscoveredTask } from './task-source.js';
import { TaskChain } from './task-chain.js';

abstract class NamedTask extends BaseTask {
  get name(): string {
    return this.constructor.name;
  }

  async execute(): Promise<void> {}
}
class A extends NamedTask {}
class B extends NamedTask {
  override readonly after = [A];
}
class C extends NamedTask {
  override readonly after = [A, B, A];
}

function chainOf(...tasks: readonly BaseTask[]): TaskChain {
  return new TaskChain(tasks.map((task) => ({ task }) as DiscoveredTask));
}

function withAfter(task: BaseTask, after: unknown, more: object = {}): BaseTask {
  return Object.assign(task, { after, ...more });
}

describe('The chain of tasks', () => {
  it('knows what each runs after, and what runs after it', () => {
    const chain = chainOf(new A(), new B(), new C());
    expect([chain.causesOf('A'), chain.causesOf('C')]).toEqual([[], ['A', 'B']]);
    expect([chain.followersOf('A'), chain.followersOf('C')]).toEqual([['B', 'C'], []]);
    expect(chain.problems).toEqual([]);
  });

  it.each([
    ['a task that no module provides', [new B()], 'after A', 'a task class that a module in tasks.module.ts provides'],
    ['a circle', [withAfter(new A(), [C]), new B(), new C()], 'after itself: A after C after A', 'a chain that ends'],
    ['itself', [withAfter(new A(), [A])], 'after itself: A after A', 'a chain that ends'],
    ['what is not a task', [withAfter(new A(), [undefined])], 'after undefined', 'a task class'],
    ['what is not a list', [withAfter(new A(), B), new B()], 'with after ', 'a list of task classes'],
    ['runs by hand only', [new A(), withAfter(new B(), [A], { manualOnly: true })], 'manualOnly with after', 'one or'],
  ])('refuses %s', (_, tasks, found, expected) => {
    const { problems } = chainOf(...tasks);
    expect(problems).toEqual([
      {
        subject: expect.any(String),
        found: expect.stringContaining(found),
        expected: expect.stringContaining(expected),
      },
    ]);
  });
});
