import type { Run } from '../../../runs/run.js';
import { type ScheduleInForce, SlotHistory } from '../../slot-history.js';
import type { MemoryProcess } from './memory-process.js';
import { isActive } from './memory-records.js';

const MAX_RUNS_AFTER = 200;

export class MemorySlotHistory extends SlotHistory {
  constructor(private readonly process: MemoryProcess) {
    super();
  }

  async schedules(task: string): Promise<readonly ScheduleInForce[]> {
    return this.process.requireOpen().records.task(task).schedules;
  }

  async runFor(task: string, slot: Date): Promise<Run | null> {
    return this.runsOf(task).find((run) => run.slot?.getTime() === slot.getTime()) ?? null;
  }

  async inTheWayOf({ id, task, queuedAt }: Run): Promise<Run | null> {
    const before = this.runsOf(task).filter(
      (run) => run.id < id && run.startedAt !== null && run.startedAt <= queuedAt,
    );
    return before.findLast((run) => (run.finishedAt ? run.finishedAt > queuedAt : isActive(run))) ?? null;
  }

  async runsAfter(task: string, slot: Date): Promise<readonly Run[]> {
    const after = this.runsOf(task).filter((run) => run.slot !== null && run.slot > slot);
    return after.toSorted((a, b) => a.slot!.getTime() - b.slot!.getTime()).slice(0, MAX_RUNS_AFTER);
  }

  private runsOf(task: string): Run[] {
    return this.process
      .requireOpen()
      .records.runsOf(task)
      .map(({ run }) => run);
  }
}
