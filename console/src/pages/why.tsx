import { useState } from 'preact/hooks';
import { Problem, read } from '../api/request';
import type { Pause, Run } from '../api/shapes';
import { field } from '../parts/field';
import { RunId } from '../parts/run-id';
import { State } from '../parts/state';
import { Time } from '../parts/time';

interface Explanation {
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
}

type Evidence =
  | { readonly kind: 'schedule'; readonly schedule: string; readonly timezone: string }
  | { readonly kind: 'run'; readonly run: Run }
  | { readonly kind: 'pause'; readonly pause: Pause };

/** "Why did it not run at 03:00": asks the service, which answers from its records. */
export function Why({ task }: { readonly task: string }) {
  const [answer, setAnswer] = useState<Explanation>();
  const [problem, setProblem] = useState('');

  async function ask(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const typed = field(new FormData(event.currentTarget as HTMLFormElement), 'at');
    const at = typed === '' ? '' : `?at=${encodeURIComponent(new Date(typed).toISOString())}`;
    try {
      setAnswer(await read<Explanation>(`/tasks/${encodeURIComponent(task)}/why${at}`));
      setProblem('');
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error.message);
    }
  }

  return (
    <form class="why" onSubmit={ask}>
      <label>
        What became of the slot at <input name="at" type="datetime-local" step={1} />
      </label>
      <button>Why?</button>
      <output>
        {problem && <p class="bad-text">{problem}</p>}
        {!problem && answer && (
          <>
            <p>
              <bdi>{answer.sentence}</bdi>
            </p>
            <ul>
              {answer.evidence.map((record) => (
                <li class="muted" key={record.kind}>
                  <Record of={record} />
                </li>
              ))}
            </ul>
          </>
        )}
      </output>
    </form>
  );
}

/** What the sentence follows from. */
function Record({ of: record }: { readonly of: Evidence }) {
  switch (record.kind) {
    case 'schedule':
      return (
        <>
          schedule in force then: <code>{record.schedule}</code> {record.timezone}
        </>
      );
    case 'run':
      return (
        <>
          run <RunId id={record.run.id} /> <State status={record.run.status} />
        </>
      );
    case 'pause':
      return (
        <>
          paused <Time at={record.pause.since} /> by <bdi>{record.pause.actor.name}</bdi>{' '}
          <bdi>{record.pause.reason}</bdi>
        </>
      );
  }
}
