import { Controller, Get, Headers, Req, Res, UseGuards } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { WorkerEvents } from '../../runs/worker-events.js';
import { MINUTE } from '../../time/duration.js';
import { AccessGuard } from '../access/access.guard.js';
import { Authentication } from '../access/authentication.js';
import type { OpsRequest } from '../access/caller.js';
import { OpsProblem } from '../api/problem.js';
import { EventFeed } from './event-feed.js';
import { EventStream } from './event-stream.js';

const MAX_STREAMS = 50;
const MAX_STREAMS_PER_CALLER = 5;

@Controller('api/v1/events')
@UseGuards(AccessGuard)
export class EventsController {
  /** Each with whose it is. */
  private readonly streams = new Map<EventStream, string>();

  constructor(
    private readonly feed: EventFeed,
    private readonly authentication: Authentication,
    events: WorkerEvents,
  ) {
    events.on('worker.draining', () => {
      for (const stream of this.streams.keys()) stream.end();
    });
  }

  @Get()
  stream(
    @Req() request: OpsRequest,
    @Res() response: ServerResponse,
    @Headers('last-event-id') lastEventId: string | undefined,
  ): void {
    const owner = request.caller?.session ?? `${request.caller?.name} ${request.caller?.address}`;
    this.checkRoom(owner);
    const stream = new EventStream(response);
    this.streams.set(stream, owner);
    const stop = this.feed.listen((event) => stream.send(event), lastEventId);
    const check = setInterval(() => {
      this.authentication.callerOf(request).catch(() => stream.end());
    }, MINUTE);
    check.unref();
    response.once('close', () => {
      stop();
      clearInterval(check);
      this.streams.delete(stream);
    });
  }

  private checkRoom(owner: string): void {
    const own = [...this.streams.values()].filter((each) => each === owner).length;
    if (own < MAX_STREAMS_PER_CALLER && this.streams.size < MAX_STREAMS) return;
    throw new OpsProblem(429, 'TOO_MANY_STREAMS', 'Too many streams are open: close a tab of the console.', {
      'Retry-After': '5',
    });
  }
}
