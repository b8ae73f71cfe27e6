import { WorkerEvents } from './worker-events.js';

describe('WorkerEvents', () => {
  const pruned = { runs: 3 };

  it('delivers an event to every listener, at once and in order', () => {
    const events = new WorkerEvents();
    const heard: string[] = [];
    events.on('ledger.pruned', ({ runs }) => heard.push(`first ${runs}`));
    events.on('ledger.pruned', ({ runs }) => heard.push(`second ${runs}`));
    events.emit('ledger.pruned', pruned);
    expect(heard).toEqual(['first 3', 'second 3']);
  });

  it('delivers nothing after the subscription has ended', () => {
    const events = new WorkerEvents();
    const heard: number[] = [];
    const end = events.on('ledger.pruned', ({ runs }) => heard.push(runs));
    end();
    events.emit('ledger.pruned', pruned);
    expect(heard).toEqual([]);
    expect(events.isWatched('ledger.pruned')).toBe(false);
  });

  it('keeps a listener that throws from the emitter and from the others, and reports it', () => {
    const events = new WorkerEvents();
    const heard: unknown[] = [];
    const failure = new Error('disk full');
    events.on('ledger.pruned', () => {
      throw failure;
    });
    events.on('ledger.pruned', ({ runs }) => heard.push(runs));
    events.on('subscriber.failed', (report) => heard.push(report));
    events.emit('ledger.pruned', pruned);
    expect(heard).toEqual([{ event: 'ledger.pruned', error: failure }, 3]);
  });

  it('reports a listener whose promise rejects', async () => {
    const events = new WorkerEvents();
    const failure = new Error('collector gone');
    const reported = new Promise((resolve) => events.on('subscriber.failed', resolve));
    events.on('worker.started', () => Promise.reject(failure));
    events.emit('worker.started', {});
    await expect(reported).resolves.toEqual({ event: 'worker.started', error: failure });
  });

  it('survives a listener that fails to hear of failures', () => {
    const events = new WorkerEvents();
    events.on('subscriber.failed', () => {
      throw new Error('again');
    });
    events.on('worker.started', () => {
      throw new Error('once');
    });
    expect(() => events.emit('worker.started', {})).not.toThrow();
  });
});
