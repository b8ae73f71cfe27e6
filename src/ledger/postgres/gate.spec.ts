import { Gate } from './gate.js';

describe('Gate', () => {
  let gate: Gate;
  beforeEach(() => {
    gate = new Gate();
  });

  it('is shut before the first beat', () => {
    expect(gate.isOpen(0, 0)).toBe(false);
  });

  it('is open for four and a half seconds from when a beat was sent', () => {
    gate.open({ sentAt: 1_000, sentAtWall: 50_000 });
    expect(gate.isOpen(5_499, 54_499)).toBe(true);
    expect(gate.isOpen(5_500, 54_499)).toBe(false);
  });

  it('is shut when the wall clock has run ahead: the machine was suspended', () => {
    gate.open({ sentAt: 1_000, sentAtWall: 50_000 });
    expect(gate.isOpen(1_001, 54_500)).toBe(false);
  });

  it('stays open when the wall clock is set back', () => {
    gate.open({ sentAt: 1_000, sentAtWall: 50_000 });
    expect(gate.isOpen(1_001, 0)).toBe(true);
  });

  it('is shut at once when it is told to, and opens with the next beat', () => {
    gate.open({ sentAt: 1_000, sentAtWall: 50_000 });
    gate.shut();
    expect(gate.isOpen(1_001, 50_001)).toBe(false);
    gate.open({ sentAt: 2_000, sentAtWall: 51_000 });
    expect(gate.isOpen(2_001, 51_001)).toBe(true);
  });
});
