import { Grace, LEASE_MS } from './grace.js';

describe('Grace', () => {
  let grace: Grace;
  beforeEach(() => {
    grace = new Grace();
  });
  const beatUntil = (end: number, from = 0) => {
    for (let at = from; at <= end; at += 1_000) grace.beaten(at);
  };

  it('judges nobody before it has beaten for a whole lease', () => {
    beatUntil(5_000);
    expect(grace.mayJudge(LEASE_MS - 1)).toBe(false);
    expect(grace.mayJudge(LEASE_MS)).toBe(true);
  });

  it('begins anew after a beat that failed', () => {
    beatUntil(10_000);
    grace.missed();
    beatUntil(12_000, 11_000);
    expect(grace.mayJudge(12_000)).toBe(false);
    beatUntil(17_000, 13_000);
    expect(grace.mayJudge(17_000)).toBe(true);
  });

  it('begins anew after a gap, as in a process that was frozen', () => {
    beatUntil(10_000);
    grace.beaten(20_000);
    expect(grace.mayJudge(20_001)).toBe(false);
  });

  it('judges nobody while its own beats are overdue', () => {
    beatUntil(10_000);
    expect(grace.mayJudge(12_499)).toBe(true);
    expect(grace.mayJudge(12_500)).toBe(false);
  });
});
