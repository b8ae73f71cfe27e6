import { useLocation } from 'preact-iso';
import { change } from '../api/request';
import type { Run, TaskDetails } from '../api/shapes';
import { Act } from '../parts/act';
import { field } from '../parts/field';
import { ParamFields, paramsOf } from '../parts/params-form';
import { mayAct } from '../session/session';

const task = (name: string) => `/tasks/${encodeURIComponent(name)}`;

/** What an operator can do to a task; nothing for a viewer. */
export function TaskActs({ of }: { readonly of: TaskDetails }) {
  const { route } = useLocation();
  if (!mayAct.value) return null;
  const { name } = of;

  async function run(form: FormData, key: string): Promise<void> {
    const asked = { params: paramsOf(form, of.params), dryRun: form.has('dryRun'), ...reasonOf(form) };
    const { id } = await change<Run>(`${task(name)}/run`, asked, key);
    route(`/console/runs/${id}`);
  }

  return (
    <div class="acts">
      <Act label="Run now" shortcut="x" title={`Run ${name} now?`} act="Run" perform={run}>
        <p>The run starts at once, beside its schedule.</p>
        {of.params && <ParamFields schema={of.params} />}
        <label class="check">
          <input type="checkbox" name="dryRun" /> Dry run: read, hold back every change, and list them
        </label>
        <Reason />
      </Act>
      {of.paused ? (
        <Act
          label="Resume"
          shortcut="p"
          title={`Resume ${name}?`}
          act="Resume"
          perform={(_form, key) => change(`${task(name)}/resume`, {}, key)}
        >
          <p>Slots run again from the next one on. What came due during the pause is not caught up.</p>
        </Act>
      ) : (
        <Act
          label="Pause"
          shortcut="p"
          title={`Pause ${name}?`}
          act="Pause"
          perform={(form, key) => change(`${task(name)}/pause`, pauseOf(form), key)}
        >
          <p>Slots are recorded as skipped until the pause ends. What is running goes on.</p>
          <label>
            For
            <select name="for">
              <option value="1h">1 hour</option>
              <option value="4h">4 hours</option>
              <option value="1d">1 day</option>
              <option value="">until resumed</option>
            </select>
          </label>
          <label>
            or until <small>(a time, in place of the above)</small>
            <input type="datetime-local" name="until" />
          </label>
          <Reason />
        </Act>
      )}
    </div>
  );
}

function pauseOf(form: FormData): object {
  const until = field(form, 'until');
  const end = until === '' ? { for: field(form, 'for') || undefined } : { until: new Date(until).toISOString() };
  return { ...end, ...reasonOf(form) };
}

function reasonOf(form: FormData): object {
  return { reason: field(form, 'reason') || undefined };
}

function Reason() {
  return (
    <label>
      Reason <small>(for the audit trail)</small>
      <input name="reason" maxlength={500} />
    </label>
  );
}

const ACTIVE = ['queued', 'running', 'interrupted'];

/** What an operator can do to a run; nothing for a viewer. */
export function RunActs({ of: { id, status, items } }: { readonly of: Run }) {
  if (!mayAct.value) return null;
  const failed = items?.failed ?? 0;
  return (
    <div class="acts">
      {ACTIVE.includes(status) && (
        <Act
          label="Cancel"
          danger
          title="Cancel this run?"
          act="Cancel the run"
          perform={(form, key) => change(`/runs/${id}/cancel`, reasonOf(form), key)}
        >
          <p>Requests in flight are aborted. Items that are done stay done.</p>
          <Reason />
        </Act>
      )}
      {!ACTIVE.includes(status) && failed > 0 && (
        <RetryAct run={id} label={failed === 1 ? 'Retry the failed item' : `Retry all ${failed} failed`} />
      )}
    </div>
  );
}

interface RetryProps {
  readonly run: string;
  readonly label: string;
  /** Absent: all failed items. */
  readonly items?: readonly string[];
}

export function RetryAct({ run, label, items }: RetryProps) {
  const { route } = useLocation();
  if (!mayAct.value) return null;
  async function retry(form: FormData, key: string): Promise<void> {
    const { id } = await change<Run>(`/runs/${run}/retry`, { items, ...reasonOf(form) }, key);
    route(`/console/runs/${id}`);
  }
  return (
    <Act label={label} title={`${label}?`} act="Retry" perform={retry}>
      <p>A run of its own tries again what failed, and ends its quarantine.</p>
      <Reason />
    </Act>
  );
}
