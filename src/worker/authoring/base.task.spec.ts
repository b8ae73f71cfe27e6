import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { RunClaim } from '../../ledger/run-ledger.js';
import { TaskEngine } from '../task-engine.js';
import { aRun } from '../testing/task-context.fake.js';
import { BaseTask } from './base.task.js';

@Injectable()
class Report extends BaseTask {
  readonly name = 'report';
  override readonly overlap = 'queue';

  async execute(): Promise<void> {}
}

describe('BaseTask.run', () => {
  it('starts a run by hand, and resolves with its end', async () => {
    const claimed: RunClaim[] = [];
    const finished = aRun({ status: 'failed' });
    const engine: Pick<TaskEngine, 'submit'> = {
      submit: async (claims) => {
        claimed.push(...claims);
        return [{ run: aRun(), finished: Promise.resolve(finished) }];
      },
    };
    const module = await Test.createTestingModule({
      providers: [Report, { provide: TaskEngine, useValue: engine }],
    }).compile();
    expect(await module.get(Report).run()).toBe(finished);
    expect(claimed).toEqual([{ task: 'report', trigger: 'manual', slot: null, at: null, overlap: 'queue' }]);
  });

  it('asks for no engine until it is called, and says then that there is none', async () => {
    const module = await Test.createTestingModule({ providers: [Report] }).compile();
    await expect(module.get(Report).run()).rejects.toThrow('report has no worker to run in. In a spec, use runTask()');
  });
});
