import { useLocation } from 'preact-iso';
import type { Run, Task } from '../api/shapes';
import { now } from './clock';
import { mood } from './state';
import { duration, statusWords } from './words';

const HOUR = 3_600_000;
const PAST = 6 * HOUR;
const FUTURE = 2 * HOUR;
/** In the units of the drawing, which is stretched to the width there is. */
const WIDTH = 1_000;
const LANE = 22;
const MIN_BAR = 3;

interface TimelineProps {
  readonly tasks: readonly Task[];
  readonly runs: readonly Run[];
}

/**
 * The last 6 h and the next 2 h: a lane a task, a bar a run, now in the middle. For the eye and the
 * mouse; the table below says the same to everybody.
 */
export function Timeline({ tasks, runs }: TimelineProps) {
  const { route } = useLocation();
  // Moves on each half minute: redrawing hundreds of bars every second tells nothing more.
  const present = Math.floor(now.value / 30_000) * 30_000;
  const from = present - PAST;
  const x = (instant: number) => ((instant - from) / (PAST + FUTURE)) * WIDTH;
  const lanes = new Map(tasks.map(({ name }, lane) => [name, lane]));
  const hours = Array.from({ length: 9 }, (_, hour) => Math.ceil(from / HOUR) * HOUR + hour * HOUR);
  const height = tasks.length * LANE;

  return (
    <figure
      class="timeline"
      aria-label={`Runs of the last 6 hours and slots of the next 2 hours, ${tasks.length} tasks`}
    >
      <ol class="lanes" aria-hidden="true">
        {tasks.map(({ name }) => (
          <li key={name}>{name}</li>
        ))}
      </ol>
      <div class="chart">
        <svg viewBox={`0 0 ${WIDTH} ${height}`} height={height} preserveAspectRatio="none" aria-hidden="true">
          {tasks.map(({ name }, lane) => (
            <line class="lane" key={name} x1={0} x2={WIDTH} y1={(lane + 1) * LANE} y2={(lane + 1) * LANE} />
          ))}
          {hours.map((hour) => (
            <line class="hour" key={hour} x1={x(hour)} x2={x(hour)} y1={0} y2={height} />
          ))}
          {runs.map((run) => {
            const lane = lanes.get(run.task);
            const start = Date.parse(run.startedAt ?? run.slot ?? run.queuedAt);
            if (lane === undefined || start < from - HOUR) return null;
            const end = run.finishedAt ? Date.parse(run.finishedAt) : run.status === 'running' ? present : start;
            const left = Math.max(0, x(start));
            return (
              <rect
                key={run.id}
                onClick={() => route(`/console/runs/${run.id}`)}
                class={mood(run.status)}
                x={left}
                width={Math.max(MIN_BAR, x(end) - left)}
                y={lane * LANE + 4}
                height={LANE - 8}
              >
                <title>{`${run.task}: ${statusWords(run.status)}, ${new Date(start).toLocaleTimeString()}, ${duration(end - start)}`}</title>
              </rect>
            );
          })}
          {tasks.map(({ name, nextRun }, lane) => {
            if (!nextRun || Date.parse(nextRun) > present + FUTURE) return null;
            return (
              <rect class="due" key={name} x={x(Date.parse(nextRun))} width={2} y={lane * LANE + 4} height={LANE - 8} />
            );
          })}
          <line class="now" x1={x(present)} x2={x(present)} y1={0} y2={height} />
        </svg>
        <div class="axis-words" aria-hidden="true">
          <span>6 h ago</span>
          <span>now</span>
          <span>in 2 h</span>
        </div>
      </div>
    </figure>
  );
}
