import { NO_COLORS } from '../format/colors.js';
import { doctorReport } from './doctor-report.js';
import { fine, problem, warning } from './finding.js';

const findings = [
  fine('node', '24.21.0'),
  warning('ledger', 'there is none at /var/lib/worker/worker.db yet', 'The first start of the service makes it'),
  problem('Data API', 'does not\u001b[2J answer', 'Check DATA_API_URL, the network in between, and that the API is up'),
];

describe('the report of the doctor', () => {
  it('has a sign, what was found and what to do, and obeys no foreign text', () => {
    expect(doctorReport(findings, NO_COLORS, null)).toBe(
      [
        '✓ node: 24.21.0',
        '! ledger: there is none at /var/lib/worker/worker.db yet',
        '    → The first start of the service makes it',
        '✗ Data API: does not\\u001b[2J answer',
        '    → Check DATA_API_URL, the network in between, and that the API is up',
      ].join('\n'),
    );
  });

  it.each([40, 60, 80])('fits a terminal of %i columns', (width) => {
    const lines = doctorReport(findings, NO_COLORS, width).split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
  });
});
