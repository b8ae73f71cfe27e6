import { type CapturedLine, type RecordedLine, RunLogLedger, type RunLogQuery } from '../../run-log-ledger.js';
import { plainText } from '../../sql/recorded-text.js';
import type { MemoryProcess } from './memory-process.js';

export class MemoryRunLogLedger extends RunLogLedger {
  constructor(private readonly process: MemoryProcess) {
    super();
  }

  async append(captured: readonly CapturedLine[]): Promise<void> {
    const { records } = this.process.requireOpen();
    for (const line of captured) {
      if (!records.runs.has(line.runId)) continue;
      records.logs.push({ ...line, text: plainText(line.text), position: records.logs.length + 1 });
    }
  }

  async read({ runId, after = 0, levels, limit }: RunLogQuery): Promise<readonly RecordedLine[]> {
    const { records } = this.process.requireOpen();
    const ofRun = records.logs.filter(
      (line) => line.runId === runId && records.runs.has(runId) && line.position > after,
    );
    return ofRun.filter(({ level }) => levels?.includes(level) ?? true).slice(0, limit);
  }
}
