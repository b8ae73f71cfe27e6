import { useLoaded } from '../api/loaded';
import type { Page } from '../api/shapes';
import { Notice } from '../parts/notice';
import { Time } from '../parts/time';

interface Upstream {
  readonly name: string;
  readonly state: string;
  readonly since: string;
  readonly reason: string | null;
}

export interface System {
  readonly version: string;
  readonly environment: string | null;
  readonly upstreams: readonly Upstream[];
  readonly [fact: string]: unknown;
}

interface Worker {
  readonly id: string;
  readonly startedAt: string;
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
  const facts = Object.entries(system.data ?? {}).filter(([, value]) => typeof value !== 'object' || value === null);
  return (
    <>
      <h1>System</h1>
      <Notice loaded={system} />
      <dl class="facts">
        {facts.map(([name, value]) => (
          <Fact key={name} name={name} value={value} />
        ))}
      </dl>
      {system.data?.upstreams && (
        <>
          <h2>Upstreams</h2>
          <table>
            <thead>
              <tr>
                <th scope="col">API</th>
                <th scope="col">State</th>
                <th scope="col">Since</th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {system.data.upstreams.map(({ name, state, since, reason }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{state === 'closed' ? 'fine' : state}</td>
                  <td>
                    <Time at={since} />
                  </td>
                  <td>
                    <bdi>{reason}</bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      <h2>Workers</h2>
      <ul>
        {workers.data?.items.map(({ id, startedAt, state }) => (
          <li key={id}>
            <code>{id}</code> {state} since <Time at={startedAt} />
          </li>
        ))}
      </ul>
      <h2>Audit trail</h2>
      <Notice loaded={audit} />
      <table>
        <tbody>
          {audit.data?.items.map(({ at, actor, action, target, reason }, entry) => (
            <tr key={entry}>
              <td>
                <Time at={at} />
              </td>
              <td>
                <bdi>{actor?.name}</bdi> <small class="muted">{actor?.via}</small>
              </td>
              <td>
                {action} <bdi>{target}</bdi>
              </td>
              <td class="muted">
                <bdi>{reason}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: unknown }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <bdi>{value === null ? '–' : JSON.stringify(value).replace(/^"|"$/g, '')}</bdi>
      </dd>
    </>
  );
}
