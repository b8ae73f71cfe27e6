import { useLocation } from 'preact-iso';
import { useLoaded } from '../api/loaded';
import { change } from '../api/request';
import type { Page } from '../api/shapes';
import { Act } from '../parts/act';
import { Empty, Notice } from '../parts/notice';
import { Time } from '../parts/time';
import { mayAct } from '../session/session';

interface TroubledItem {
  readonly task: string;
  readonly id: string;
  readonly failedRuns: number;
  readonly lastError: string;
  readonly quarantinedUntil: string | null;
}

/** Items that failed run after run, and those in quarantine for it. */
export function Items() {
  const { query, route } = useLocation();
  const quarantined = query['quarantined'] === 'true';
  const items = useLoaded<Page<TroubledItem>>(`/items${quarantined ? '?quarantined=true' : ''}`);
  return (
    <>
      <h1>Items in trouble</h1>
      <label class="check">
        <input
          type="checkbox"
          checked={quarantined}
          onChange={() => route(`/console/items${quarantined ? '' : '?quarantined=true'}`, true)}
        />{' '}
        in quarantine only
      </label>
      <Notice loaded={items} />
      {items.data?.items.length === 0 && (
        <Empty>
          {quarantined ? 'No items in quarantine.' : 'No items in trouble.'} An item that fails comes here, and leaves
          when it succeeds.
        </Empty>
      )}
      {items.data && items.data.items.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Item</th>
              <th scope="col">Task</th>
              <th scope="col" class="number">
                Failed
              </th>
              <th scope="col">Quarantined until</th>
              <th scope="col">What went wrong</th>
              <th scope="col">{mayAct.value ? 'Act' : ''}</th>
            </tr>
          </thead>
          <tbody>
            {items.data.items.map((item) => (
              <tr key={`${item.task} ${item.id}`}>
                <td>
                  <bdi class="id">{item.id}</bdi>
                </td>
                <td>
                  <a href={`/console/tasks/${item.task}`}>{item.task}</a>
                </td>
                <td class="number" data-label="Failed">
                  {item.failedRuns === 1 ? '1 run' : `${item.failedRuns} runs`}
                </td>
                <td data-label="Quarantined until">
                  <Time at={item.quarantinedUntil} absent="not quarantined" />
                </td>
                <td>
                  <bdi class="cut">{item.lastError}</bdi>
                </td>
                <td>{mayAct.value && item.quarantinedUntil && <Release {...item} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Release({ task, id }: TroubledItem) {
  return (
    <Act
      label="Release"
      title="End the quarantine?"
      act="Release"
      perform={(_form, key) => change('/items/release', { task, items: [id] }, key)}
    >
      <p>
        The next run takes <bdi>{id}</bdi> again.
      </p>
    </Act>
  );
}
