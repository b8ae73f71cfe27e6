import { summarise, withoutSuccess } from './run-summary.ts';

const RUNS = [
  { task: 'sync', status: 'running', result: null },
  { task: 'sync', status: 'succeeded', result: { created: 2 } },
  { task: 'drain', status: 'partial', result: { failed: 1 } },
  { task: 'sync', status: 'succeeded', result: { created: 1 } },
];

describe('The summary of the demo', () => {
  it('shows outcomes and the newest result of each task', () => {
    expect(summarise(RUNS).split('\n')).toEqual([
      expect.stringMatching(/^ {2}task +runs +newest result$/),
      expect.stringMatching(/^ {2}drain +1 partial +\{"failed":1\}$/),
      expect.stringMatching(/^ {2}sync +1 running, 2 succeeded +\{"created":2\}$/),
    ]);
  });

  it('names tasks that never succeeded', () => {
    expect(withoutSuccess(['drain', 'sync', 'clean'], RUNS)).toEqual(['drain', 'clean']);
  });
});
