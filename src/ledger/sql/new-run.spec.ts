import { RunIds } from './new-run.js';

const NOW = Date.parse('2026-11-23T12:30:00.000Z');

describe('run ids', () => {
  it('are UUIDs of version 7 that carry the time', () => {
    const id = new RunIds().next(NOW);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(NOW);
  });

  it('sort in the order of their making, more of them than fit into one millisecond', () => {
    const ids = new RunIds();
    const made = Array.from({ length: 10_000 }, () => ids.next(NOW));
    expect([...made].sort()).toEqual(made);
    expect(new Set(made).size).toBe(made.length);
  });

  it('go on sorting when the clock is set back', () => {
    const ids = new RunIds();
    const before = ids.next(NOW);
    expect(ids.next(NOW - 3_600_000) > before).toBe(true);
  });

  it('sort after those of an earlier process whose clock was ahead', () => {
    const earlier = new RunIds().next(NOW + 86_400_000);
    const ids = new RunIds();
    ids.startAfter(earlier);
    const made = [ids.next(NOW), ids.next(NOW)];
    expect([earlier, ...made].sort()).toEqual([earlier, ...made]);
  });

  it('are not stopped by an id of another kind', () => {
    const ids = new RunIds();
    ids.startAfter('not-a-uuid');
    expect(Number.parseInt(ids.next(NOW).replaceAll('-', '').slice(0, 12), 16)).toBe(NOW);
  });
});
