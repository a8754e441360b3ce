/** Is it the lock at all? A process that cannot run looks like a lock that is slow, and metrics have a price of their own. */
import { AxisPlacement } from '@grafana/grafana-foundation-sdk/common';
import { Seconds, Short } from '@grafana/grafana-foundation-sdk/units';
import { max, sum } from '../expressions.js';
import { DASHED, legendOf, range, timeSeries, traced } from '../panels.js';
import type { Queries } from '../queries.js';
import type { Row } from './row.js';
import { NO_ATTEMPTS } from './wait.js';

export function runtime(q: Queries): Row {
  return { title: 'Runtime', panels: [lag(q), folded(q), scrape(q)] };
}

function lag(q: Queries) {
  return timeSeries({
    title: 'Event-loop lag beside wait',
    description:
      'Solid: p99 of the event-loop lag of the busiest process, from the default metrics of prom-client; nothing where ' +
      'they are not collected. Dashed: p99 wait. When both climb together the process is blocked, and the locks only ' +
      `show it: look for long synchronous work. ${NO_ATTEMPTS}`,
    unit: Seconds,
  })
    .min(0)
    .withTarget(range('A', max(q.foreign('nodejs_eventloop_lag_p99_seconds')), 'event-loop lag p99'))
    .withTarget(traced('B', q.quantile(0.99, 'waitDuration'), 'wait p99'))
    .overrideByQuery('B', DASHED);
}

function folded(q: Queries) {
  return timeSeries({
    title: 'Names over the limit',
    description:
      'Lock names each process counts under _other, because it has had too many. Above 0 something that belongs in the ' +
      'key of a lock (an id, a path) is used as its name; the locks work, their numbers are mixed up until a restart.',
    unit: Short,
  })
    .min(0)
    .withTarget(range('A', max(q.folded(), 'instance'), legendOf('instance')));
}

function scrape(q: Queries) {
  return timeSeries({
    title: 'Cost of a scrape',
    description:
      'Solid: how long Prometheus takes to read the slowest page of metrics. Dashed, right: samples of all pages, those ' +
      'of other packages included. Each lock name adds about fifty; fewer names, or coarse histograms, make pages smaller.',
    unit: Seconds,
  })
    .min(0)
    .withTarget(range('A', max(q.foreign('scrape_duration_seconds')), 'slowest'))
    .withTarget(range('B', sum(q.foreign('scrape_samples_scraped')), 'samples'))
    .overrideByQuery('B', [
      ...DASHED,
      { id: 'unit', value: Short },
      { id: 'custom.axisPlacement', value: AxisPlacement.Right },
    ]);
}
