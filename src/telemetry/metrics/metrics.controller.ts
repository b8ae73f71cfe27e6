import { Controller, Get, Headers, Res, UseGuards } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { prefersOpenMetrics } from './exposition.js';
import { MetricsGuard } from './metrics.guard.js';
import { Scrape } from './scrape.js';

const compress = promisify(gzip);

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
    const { contentType, text } = await this.scrape.read(prefersOpenMetrics(accept));
    response.setHeader('Content-Type', contentType);
    response.setHeader('Vary', 'Accept, Accept-Encoding');
    if (!/\bgzip\b/.test(encodings ?? '')) return void response.end(text);
    response.setHeader('Content-Encoding', 'gzip');
    response.end(await compress(text));
  }
}
