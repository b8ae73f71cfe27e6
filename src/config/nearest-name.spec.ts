import { nearestName } from './nearest-name.js';

const NAMES = ['cleanup_old_orders', 'process_pending_orders', 'send_reminders', 'sync_external_data'];

describe('nearestName', () => {
  it.each([
    ['cleanup_old_order', 'cleanup_old_orders'],
    ['CLEANUP_OLD_ORDERS', 'cleanup_old_orders'],
    ['send-reminders', 'send_reminders'],
    ['sned_reminders', 'send_reminders'],
    ['reminders', undefined],
    ['backup', undefined],
    ['', undefined],
  ])('takes "%s" for %p', (name, meant) => {
    expect(nearestName(name, NAMES)).toBe(meant);
  });

  it('counts two swapped letters as one slip', () => {
    expect(nearestName('ab', ['xx', 'ba'])).toBe('ba');
  });

  it('knows nothing similar among no names', () => {
    expect(nearestName('send_reminders', [])).toBeUndefined();
  });
});
