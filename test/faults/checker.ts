import { existsSync } from 'node:fs';
import { readLedger } from './ledger-reader.ts';
import { type RecordedRun, type Scenario, TOKEN } from './scenario.ts';
import type { DataApiModel } from './server/data-api-model.ts';

/** What a scenario promises beyond what every scenario does. */
export interface Expectations {
  /** Every order that the server had is processed. Default true. */
  readonly everyOrderProcessed?: boolean;
  /** The interval, in milliseconds, of tasks that kept it throughout: they may lack no slot. */
  readonly intervals?: Readonly<Record<string, number>>;
  /** Whether instants of different runs can be compared: the clock was not moved. Default true. */
  readonly steadyClock?: boolean;
  /** Requests that the model does not know are part of the scenario. Default false. */
  readonly unknownRequests?: boolean;
  /** Whether the ledger must be readable in the end. Default true. */
  readonly ledger?: boolean;
}

const FINAL = new Set(['succeeded', 'partial', 'failed', 'timed_out', 'cancelled', 'skipped', 'missed']);
const RAN_NOTHING = new Set(['skipped', 'missed']);
const SYMPTOMS = /unhandled|was not handled|not caught|UnhandledPromiseRejection|ERR_UNHANDLED|heap out of memory/i;

/** Applied after every scenario. Returns each broken promise, in words. */
export function violations(scenario: Scenario, expectations: Expectations = {}): string[] {
  const found = [...effectViolations(scenario.server.model, expectations), ...outputs(scenario)];
  if (expectations.ledger === false || !existsSync(scenario.ledger)) return found;
  const { runs, integrity } = readLedger(scenario.ledger);
  if (integrity !== 'ok') found.push(`the ledger is damaged: ${integrity}`);
  return [...found, ...runViolations(runs, expectations)];
}

/** What the recorded runs contradict. */
export function runViolations(runs: readonly RecordedRun[], expectations: Expectations = {}): string[] {
  return [...slots(runs, expectations), ...overlaps(runs, expectations)];
}

/** What the server's table of keys and effects contradicts. */
export function effectViolations(model: DataApiModel, expectations: Expectations = {}): string[] {
  return [...effects(model, expectations)];
}

/** Nothing lost, nothing twice, nothing that nobody asked for. */
function* effects(model: DataApiModel, expectations: Expectations): Generator<string> {
  const { everyOrderProcessed = true, unknownRequests = false } = expectations;
  for (const [operation, count] of model.keys.operations) {
    if (operation !== 'sync' && count > 1) yield `${operation} took effect ${count} times`;
  }
  for (const { key, operation, effects: count } of model.keys.keys) {
    if (count > 1) yield `the key ${key} of ${operation} took effect ${count} times`;
    if (key.length > 255) yield `a key of ${operation} has ${key.length} characters`;
  }
  if (everyOrderProcessed) {
    const lost = [...model.orders].filter(
      (id) => !model.unprocessable.has(id) && model.keys.effectsOf(`process:${id}`) === 0,
    );
    if (lost.length > 0) yield `${lost.length} orders were not processed, the first is ${lost[0]}`;
  }
  if (!unknownRequests) for (const request of model.unexpected) yield `unexpected request: ${request}`;
}

function* outputs({ processes }: Scenario): Generator<string> {
  for (const { output, pid, log, errorOutput } of processes) {
    if (output.includes(TOKEN)) yield `process ${pid} printed the token`;
    for (const { text, level } of [...log.lines, ...errorOutput.lines]) {
      if (level === 'fatal' || SYMPTOMS.test(text)) yield `process ${pid} printed: ${text.slice(0, 1_000)}`;
    }
  }
}

/** Every slot has exactly one outcome, and between the first and the last none is missing. */
function* slots(runs: readonly RecordedRun[], { intervals = {} }: Expectations): Generator<string> {
  const seen = new Set<string>();
  for (const { task, slot, status, startedAt, finishedAt, id } of runs) {
    if (slot && seen.size === seen.add(`${task}@${slot}`).size) yield `${task} has two outcomes for ${slot}`;
    if (FINAL.has(status) && !finishedAt) yield `run ${id} is ${status} and has not finished`;
    if (!FINAL.has(status) && finishedAt) yield `run ${id} has finished and is ${status}`;
    if (FINAL.has(status) && !RAN_NOTHING.has(status) && !startedAt) yield `run ${id} is ${status}, never started`;
  }
  for (const [task, interval] of Object.entries(intervals)) yield* gaps(task, interval, runs);
}

function* gaps(task: string, interval: number, runs: readonly RecordedRun[]): Generator<string> {
  const instants = runs
    .filter((run) => run.task === task && run.slot)
    .map((run) => Date.parse(run.slot ?? ''))
    .sort((a, b) => a - b);
  for (const [index, instant] of instants.entries()) {
    if (instant % interval !== 0) yield `${task} has a slot off its grid: ${new Date(instant).toISOString()}`;
    const previous = instants[index - 1];
    if (previous === undefined || instant - previous === interval) continue;
    yield `${task} has no outcome for ${(instant - previous) / interval - 1} slots after ${new Date(previous).toISOString()}`;
  }
}

/** A task has at most one active run at any time. */
function* overlaps(runs: readonly RecordedRun[], { steadyClock = true }: Expectations): Generator<string> {
  const active = runs.filter(({ status }) => !FINAL.has(status) && status !== 'queued');
  for (const task of new Set(active.map((run) => run.task))) {
    const count = active.filter((run) => run.task === task).length;
    if (count > 1) yield `${task} has ${count} active runs`;
  }
  if (!steadyClock) return;
  const started = runs
    .filter(({ startedAt, status }) => startedAt && !RAN_NOTHING.has(status))
    .sort((a, b) => Date.parse(a.startedAt ?? '') - Date.parse(b.startedAt ?? ''));
  const last = new Map<string, RecordedRun>();
  for (const run of started) {
    const previous = last.get(run.task);
    const end = previous?.finishedAt ? Date.parse(previous.finishedAt) : Infinity;
    if (previous && end > Date.parse(run.startedAt ?? ''))
      yield `${run.task}: ${run.id} began before ${previous.id} ended`;
    last.set(run.task, run);
  }
}
