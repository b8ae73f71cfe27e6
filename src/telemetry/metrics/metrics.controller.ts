import { Controller, Get, Headers, Res, UseGuards } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { prefersOpenMetrics } from './exposition.js';
import { MetricsGuard } from './metrics.guard.js';
import { Scrape } from './scrape.js';

@Controller('metrics')
@UseGuards(MetricsGuard)
export class MetricsController {
  constructor(private readonly scrape: Scrape) {}

  /** In OpenMetrics when asked for, with exemplars, else in Prometheus' text format. */
  @Get()
  async metrics(
    @Headers('accept') accept: string | undefined,
    @Headers('accept-encoding') encodings: string | undefined,
    @Res() response: ServerResponse,
  ): Promise<void> {
    const { contentType, parts } = await this.scrape.read(prefersOpenMetrics(accept));
    response.setHeader('Content-Type', contentType);
    response.setHeader('Vary', 'Accept, Accept-Encoding');
    const isCompressed = /\bgzip\b/.test(encodings ?? '');
    if (isCompressed) response.setHeader('Content-Encoding', 'gzip');
    try {
      await pipeline([Readable.from(parts), ...(isCompressed ? [createGzip()] : []), response]);
    } catch {
      // The reader has gone away.
    }
  }
}
