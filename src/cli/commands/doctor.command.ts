import { ConfigurationError } from '../../config/configuration.error.js';
import { probeApi } from '../../data-api/api-probe.js';
import type { NewestService } from '../../ledger/service-ledger.js';
import { ExitCode } from '../../process/exit-code.js';
import { LedgerMissingError } from '../../runs/errors.js';
import type { Application } from '../application.js';
import { checkApi } from '../doctor/api.check.js';
import { doctorReport } from '../doctor/doctor-report.js';
import { fine, type Finding, problem, warning } from '../doctor/finding.js';
import { checkClock, checkLedgerFile, checkStoreClock } from '../doctor/ledger.checks.js';
import { checkPort } from '../doctor/port.check.js';
import { checkNode, checkZoneData } from '../doctor/runtime.checks.js';
import { checkPiles, checkSchedule, isScheduled } from '../doctor/schedule.checks.js';
import type { JsonOption } from '../options.js';
import type { Terminal } from '../terminal.js';

/** Durations that a schedule is held against. */
const MAX_RUNS_LOOKED_AT = 100;

/** Looks at everything that a worker stands on, changes nothing, and says what to do. */
export async function doctor(application: Application, terminal: Terminal, { json }: JsonOption): Promise<ExitCode> {
  const findings = await examine(application);
  if (json) terminal.printJson(findings.map(({ exitCode: _, ...finding }) => finding));
  else terminal.print(doctorReport(findings, terminal.colors, terminal.width));
  return findings.find(({ exitCode }) => exitCode !== ExitCode.success)?.exitCode ?? ExitCode.success;
}

async function examine(application: Application): Promise<Finding[]> {
  const now = application.clock.now();
  const findings = [checkNode(), checkZoneData(now), ...(await checkConfiguration(application))];
  // All else depends on what is configured.
  if (findings.some(({ verdict }) => verdict === 'problem')) return findings;
  const { settings } = application;
  if ('path' in settings.database) findings.push(await checkLedgerFile(settings.database.path));
  const opened = await open(application);
  if (opened.isOpen) findings.push(...(await checkRecords(application, now)));
  else if (opened.finding) findings.push(opened.finding);
  for (const api of [settings.dataApi, ...settings.apis]) {
    findings.push(...checkApi(api, await probeApi(settings, api), application.clock.now()));
  }
  findings.push(await checkPort(settings.http.host, settings.http.port, opened.service));
  return [...findings, ...(await checkSchedules(application, opened.isOpen, now))];
}

async function checkConfiguration(application: Application): Promise<Finding[]> {
  try {
    const ofTasks = await application.check();
    const warnings = [...application.settings.warnings, ...ofTasks];
    if (warnings.length === 0) return [fine('configuration', 'valid')];
    return warnings.map(({ subject, message }) => {
      const [found = '', advice = 'See docs/configuration.md'] = message.split('; ');
      return warning(subject, found, advice);
    });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ subject, found, expected }) => {
      return problem(subject, found ?? 'not usable', `Expected: ${expected}`, ExitCode.badConfiguration);
    });
  }
}

interface Opened {
  readonly isOpen: boolean;
  readonly service: NewestService | null;
  readonly finding?: Finding;
}

async function open(application: Application): Promise<Opened> {
  try {
    return { isOpen: true, service: await application.open('reader') };
  } catch (error) {
    // Its absence is found already.
    if (error instanceof LedgerMissingError) return { isOpen: false, service: null };
    const found = error instanceof Error ? error.message : String(error);
    const finding = problem('ledger', found, 'See "The ledger" in docs/operations.md');
    return { isOpen: false, service: null, finding };
  }
}

async function checkRecords(application: Application, now: Date): Promise<Finding[]> {
  const { tasks } = application;
  const refused = (await tasks.list()).filter(({ lastRun }) => lastRun?.error?.code === 'UNAUTHORIZED');
  return [
    await checkLedgerClock(application, now),
    ...refused.map(({ name, lastRun }) => {
      const found = `its last run ended with refused credentials (run ${lastRun?.id})`;
      return warning(name, found, 'Check the credentials of the API that the task talks to');
    }),
  ];
}

async function checkLedgerClock(application: Application, now: Date): Promise<Finding> {
  const offsetMs = await application.clockOffsetMs();
  if (offsetMs !== null) return checkStoreClock(offsetMs);
  const [newest] = await application.runs.list({ limit: 1 });
  return checkClock(newest, now);
}

async function checkSchedules(
  { tasks, runs, settings }: Application,
  hasLedger: boolean,
  now: Date,
): Promise<Finding[]> {
  const scheduled = tasks
    .plans()
    .map(({ name }) => tasks.get(name))
    .filter(isScheduled);
  const isSpread = (name: string) => (settings.taskOverrides.get(name.toUpperCase())?.spread ?? 0) > 0;
  const findings = checkPiles(scheduled, isSpread, now);
  for (const task of scheduled) {
    const ended = hasLedger
      ? await runs.list({ task: task.name, statuses: ['succeeded', 'partial'], limit: MAX_RUNS_LOOKED_AT })
      : [];
    findings.push(
      ...checkSchedule(
        task,
        ended.flatMap(({ durationMs }) => durationMs ?? []),
        now,
      ),
    );
  }
  return findings;
}
