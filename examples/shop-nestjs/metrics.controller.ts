/**
 * `GET /metrics`: what Prometheus scrapes.
 */
import { Controller, Get, Headers, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { MetricsPage } from '../shared/metrics-page.js';

@Controller('metrics')
export class MetricsController {
  constructor(@Inject(MetricsPage) private readonly page: MetricsPage) {}

  @Get()
  async metrics(@Headers('accept') accept: string | undefined, @Res({ passthrough: true }) response: Response) {
    const { contentType, body } = await this.page.render(accept);
    response.type(contentType);
    return body;
  }
}
