/** What is true at this moment, holds and waits that have not ended included: the row that shows a stuck lock. */
import { Seconds, Short } from '@grafana/grafana-foundation-sdk/units';
import { LABELS } from '../../../src/telemetry/names.js';
import { max, sum } from '../expressions.js';
import { DASHED, legendOf, type PanelText, range, thresholdLine, thresholds, timeSeries } from '../panels.js';
import type { Queries } from '../queries.js';
import type { Row } from './row.js';

/** Seconds from which a hold, or a wait, is taken to be stuck rather than slow. */
const STUCK = 60;
const LEGEND = legendOf(LABELS.name);

export function now(q: Queries): Row {
  return { title: 'Now', panels: [queues(q), oldestHold(q), oldestWaiter(q)] };
}

export function queues(q: Queries) {
  return timeSeries({
    title: 'Queue depth',
    description:
      'Callers that wait when Prometheus looks, the holder not counted. Solid: under each name. Dashed: in the longest ' +
      'single queue under it. When the two are close and high, one key is hot; when they are far apart, many keys have ' +
      'short queues. Bursts between two scrapes are not in it; they are in the time lost waiting.',
    unit: Short,
  })
    .min(0)
    .fillOpacity(0)
    .withTarget(range('A', sum(q.gauge('queueDepth'), LABELS.name), `${LEGEND} all`))
    .withTarget(range('B', max(q.gauge('queueDepthMax'), LABELS.name), `${LEGEND} longest`))
    .overrideByQuery('B', DASHED);
}

function oldestHold(q: Queries) {
  return age({
    title: 'Oldest hold',
    description:
      'Age of the oldest hold in progress under each name, 0 when free. A straight climb is a holder that does not let ' +
      'go: narrow Instance to find its process, then look at the trace of the holder. The line is at 60 s.',
    unit: Seconds,
  }).withTarget(range('A', max(q.gauge('holderAge'), LABELS.name), LEGEND));
}

function oldestWaiter(q: Queries) {
  return age({
    title: 'Oldest waiter',
    description:
      'How long the caller at the head of the line has been waiting under each name, 0 when nobody waits. Above the ' +
      'timeouts your users accept, add a timeout to the attempt, and look at the holder. The line is at 60 s.',
    unit: Seconds,
  }).withTarget(range('A', max(q.gauge('waiterAge'), LABELS.name), LEGEND));
}

/** A chart of ages, with a line where one is taken to be stuck. */
export function age(text: PanelText) {
  return timeSeries(text)
    .min(0)
    .thresholds(thresholds({ value: STUCK, color: 'red' }))
    .thresholdsStyle(thresholdLine());
}
