import { apiTitle, credentialAdvice } from '../../config/api-words.js';
import type { ApiSettings } from '../../config/settings.js';
import type { ApiProbe } from '../../data-api/api-probe.js';
import { ExitCode } from '../../process/exit-code.js';
import { formatDuration, MINUTE, SECOND } from '../../time/duration.js';
import { fine, type Finding, problem, warning } from './finding.js';

const MAX_CLOCK_DIFFERENCE_MS = MINUTE;
const REFUSALS = [401, 403];

/** Whether the API answers, takes the credentials, and has the same time. */
export function checkApi(api: ApiSettings, probe: ApiProbe, now: Date): Finding[] {
  const { name, prefix, url, credentials } = api;
  const subject = apiTitle(name);
  if (probe.status === null) {
    if (probe.refused) return [problem(subject, probe.problem, credentialAdvice(api), ExitCode.unauthorized)];
    const advice = `Check ${prefix}URL (${url}), the network in between, and that the API is up`;
    return [problem(subject, `${url} does not answer: ${probe.problem}`, advice, ExitCode.unreachable)];
  }
  const { status, date, tookMs } = probe;
  const answered = `${url} answers ${status} within ${Math.ceil(tookMs)} ms`;
  if (REFUSALS.includes(status)) {
    const found = `${answered}: it refuses ${credentials ? 'the credentials' : 'requests without credentials'}`;
    return [problem(subject, found, credentialAdvice(api), ExitCode.unauthorized)];
  }
  const state =
    status >= 500
      ? warning(subject, answered, 'The API is in trouble itself: tasks retry, and then fail until it has recovered')
      : fine(subject, credentials ? `${answered}, and does not refuse the credentials` : answered);
  return [state, ...clockOf(subject, date, now)];
}

function clockOf(subject: string, date: Date | null, now: Date): Finding[] {
  if (date === null) return [];
  const difference = now.getTime() - date.getTime();
  // `Date` has no fractions of a second.
  if (Math.abs(difference) <= MAX_CLOCK_DIFFERENCE_MS) return [fine(`${subject} clock`, 'agrees with this machine')];
  const by = formatDuration(Math.round(Math.abs(difference) / SECOND) * SECOND);
  const found = `this machine is ${by} ${difference > 0 ? 'ahead of' : 'behind'} the API`;
  return [warning(`${subject} clock`, found, 'Set the clock that is wrong (NTP): tasks name times to the API')];
}
