import { Logger } from '@nestjs/common';
import { apiTitle } from '../../config/api-words.js';
import type { WorkerSettings } from '../../config/settings.js';
import { SECOND } from '../../time/duration.js';
import type { WorkerEvents } from '../../runs/worker-events.js';

/** A shorter pause explains nothing that a reader of the log would wonder about. */
const MIN_PAUSE_LOGGED_MS = SECOND;

export function logUpstreams(events: WorkerEvents, { dataApi, apis }: WorkerSettings): void {
  const titles = new Map([...apis, dataApi].map(({ name, url }) => [new URL(url).origin, apiTitle(name)]));
  const title = (host: string) => titles.get(host) ?? 'Upstream';
  const logger = new Logger('DataApi');
  events.on('request.retried', ({ method, path, attempt, delayMs, error }) =>
    logger.debug({ msg: 'Retrying', method, target: path, attempt, delay: Math.round(delayMs), error }),
  );
  events.on('upstream.paused', ({ host, pauseMs }) => {
    if (pauseMs <= MIN_PAUSE_LOGGED_MS) return;
    const seconds = Math.ceil(pauseMs / SECOND);
    logger.warn({ msg: `${title(host)} sent Retry-After; pausing requests`, host, seconds });
  });
  events.on('upstream.opened', ({ host, error }) =>
    logger.warn({ msg: `${title(host)} is down; requests wait for it`, host, error }),
  );
  events.on('upstream.closed', ({ host }) => logger.log({ msg: `${title(host)} is back`, host }));
  events.on('upstream.sharing_failed', ({ error }) =>
    logger.warn({ msg: 'Cannot share limits with other replicas; trying again every second', err: error }),
  );
}
