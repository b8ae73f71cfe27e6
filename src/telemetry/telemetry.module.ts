import { Module } from '@nestjs/common';
import { LogSubscriber } from './log.subscriber.js';

/** What listens to `WorkerEvents` and tells people and programs. */
@Module({ providers: [LogSubscriber] })
export class TelemetryModule {}
