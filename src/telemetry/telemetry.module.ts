import { Module } from '@nestjs/common';
import { AlertJudge } from './alerts/alert-judge.js';
import { AlertSubscriber } from './alerts/alert.subscriber.js';
import { LogSubscriber } from './log.subscriber.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { ProcessMetrics } from './metrics/process.metrics.js';
import { RunMetrics } from './metrics/run.metrics.js';
import { Scrape } from './metrics/scrape.js';
import { TaskMetrics } from './metrics/task.metrics.js';
import { UpstreamMetrics } from './metrics/upstream.metrics.js';
import { OpsModule } from '../ops/ops.module.js';
import { OutboundPost } from './outbound/outbound-post.js';
import { PingSubscriber } from './pings/ping.subscriber.js';
import { TraceSubscriber } from './traces/trace.subscriber.js';
import { RunLogSubscriber } from './run-log/run-log.subscriber.js';

/** What listens to `WorkerEvents` and tells people and programs. */
@Module({
  imports: [OpsModule],
  controllers: [MetricsController],
  providers: [
    LogSubscriber,
    AlertJudge,
    AlertSubscriber,
    RunLogSubscriber,
    OutboundPost,
    PingSubscriber,
    TraceSubscriber,
    Scrape,
    ProcessMetrics,
    TaskMetrics,
    RunMetrics,
    UpstreamMetrics,
  ],
})
export class TelemetryModule {}
