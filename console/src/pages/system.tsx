import { useLoaded } from '../api/loaded';
import type { Page } from '../api/shapes';
import { Empty, Notice } from '../parts/notice';
import { RunId } from '../parts/run-id';
import { Time } from '../parts/time';

interface Upstream {
  readonly name: string;
  readonly state: string;
  readonly since: string | null;
  readonly reason: string | null;
  readonly concurrencyLimit: number;
  readonly requestsPerSecond: number | null;
}

export interface System {
  readonly version: string;
  readonly environment: string | null;
  readonly upstreams: readonly Upstream[];
  readonly configuration: readonly { readonly name: string; readonly value: string }[];
  readonly node: string;
  readonly timeZoneData: string;
  readonly startedAt: string;
  readonly ledgerWritable: boolean;
}

interface Worker {
  readonly id: string;
  readonly role: string;
  readonly startedAt: string;
  readonly url: string | null;
  readonly state: string;
}

interface AuditEntry {
  readonly at: string;
  readonly actor: { readonly name: string; readonly role: string; readonly via: string } | null;
  readonly action: string;
  readonly target: string | null;
  readonly reason: string | null;
}

export function SystemPage() {
  const system = useLoaded<System>('/system');
  const workers = useLoaded<Page<Worker>>('/workers');
  const audit = useLoaded<Page<AuditEntry>>('/audit?limit=50');
  return (
    <>
      <h1>System</h1>
      <Notice loaded={system} />
      {system.data && (
        <dl class="facts">
          <Fact name="Version" value={system.data.version} />
          <Fact name="Environment" value={system.data.environment ?? '–'} />
          <Fact name="Node.js" value={system.data.node} />
          <Fact name="Time zone data" value={system.data.timeZoneData} />
          <Fact name="Ledger" value={system.data.ledgerWritable ? 'can be written' : '✗ cannot be written'} />
          <dt>Started</dt>
          <dd>
            <Time at={system.data.startedAt} />
          </dd>
        </dl>
      )}
      <h2>Upstreams</h2>
      {system.data && <Upstreams of={system.data.upstreams} />}
      <h2>Workers</h2>
      <Notice loaded={workers} />
      <ul>
        {workers.data?.items.map(({ id, role, startedAt, url }) => (
          <li key={id}>
            <code>{id}</code> {role}
            {url && <> on {url}</>}, since <Time at={startedAt} />
          </li>
        ))}
      </ul>
      <h2>Audit trail</h2>
      <Notice loaded={audit} />
      {audit.data && <AuditTrail of={audit.data.items} />}
      <details>
        <summary>Configuration, secrets masked</summary>
        <dl class="facts">
          {system.data?.configuration.map((each) => (
            <Fact key={each.name} {...each} />
          ))}
        </dl>
      </details>
    </>
  );
}

function AuditTrail({ of }: { readonly of: readonly AuditEntry[] }) {
  if (of.length === 0) return <Empty>No changes yet. Pausing a task or running it by hand is one.</Empty>;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
          <th scope="col">Reason</th>
        </tr>
      </thead>
      <tbody>
        {of.map(({ at, actor, action, target, reason }, entry) => (
          <tr key={entry}>
            <td>
              <Time at={at} />
            </td>
            <td>
              <bdi>{actor?.name}</bdi> <small class="muted">{actor?.via}</small>
            </td>
            <td>
              {action} <Target action={action} target={target} />
            </td>
            <td class="muted">
              <bdi>{reason}</bdi>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const ACTIONS_ON_RUNS = ['cancel', 'retry'];

/** A run or a task; `*`: all tasks. */
function Target({ action, target }: Pick<AuditEntry, 'action' | 'target'>) {
  if (target === null || target === '*') return <>{target && 'all tasks'}</>;
  if (ACTIONS_ON_RUNS.includes(action)) return <RunId id={target} />;
  return <a href={`/console/tasks/${encodeURIComponent(target)}`}>{target}</a>;
}

function Upstreams({ of }: { readonly of: readonly Upstream[] }) {
  if (of.length === 0) return <Empty>No request was sent yet. The first run of a task sends some.</Empty>;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">API</th>
          <th scope="col">Breaker</th>
          <th scope="col" class="number">
            At once
          </th>
          <th scope="col" class="number">
            A second
          </th>
          <th scope="col">What is wrong</th>
        </tr>
      </thead>
      <tbody>
        {of.map(({ name, state, since, reason, concurrencyLimit, requestsPerSecond }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td data-label="Breaker">
              {state === 'closed' ? (
                <span class="state good">✓ closed</span>
              ) : (
                <span class="state warn">⚠ {state}</span>
              )}
            </td>
            <td class="number" data-label="At once">
              {concurrencyLimit}
            </td>
            <td class="number" data-label="A second">
              {requestsPerSecond === null ? 'no limit known' : requestsPerSecond.toFixed(1)}
            </td>
            <td data-label="What is wrong">
              {reason === null ? <span class="muted">nothing</span> : <bdi class="cut">{reason}</bdi>}
              {since && (
                <>
                  {' '}
                  since <Time at={since} />
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <bdi>{value}</bdi>
      </dd>
    </>
  );
}
