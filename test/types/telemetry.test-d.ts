/** What `lockmeter/prometheus` and `lockmeter/opentelemetry` take, with the real clients and SDK. */
import { metrics as sdk } from '@opentelemetry/sdk-node';
import { Registry as NewRegistry } from '@prometheus-io/client';
import { LockManager } from 'lockmeter';
import {
  configureTracing,
  instrumentLocks,
  lockmeterPrometheusViews,
  metricProducer,
  type SpanMode,
} from 'lockmeter/opentelemetry';
import { collectLockMetrics, type MetricRegistry } from 'lockmeter/prometheus';
import { Registry } from 'prom-client';
import { type Exact, expectType } from './exact.js';

// registries of either client
const either: MetricRegistry[] = [new Registry(), new NewRegistry()];
for (const register of either) collectLockMetrics({ register, prefix: 'shop_', histograms: 'coarse' });
const nothing = collectLockMetrics({ manager: new LockManager() });
expectType<Exact<typeof nothing, void>>();
// @ts-expect-error 'full', 'coarse' or 'off'
collectLockMetrics({ histograms: 'fine' });
// @ts-expect-error a registry, not its metrics
collectLockMetrics({ register: 'default' });

// spans
expectType<Exact<SpanMode, 'auto' | 'always' | 'slow' | 'off'>>();
configureTracing({
  spans: 'slow',
  minWaitSpan: 50,
  minHoldSpan: 50,
  requireParentSpan: false,
  keySalt: 'salt',
  spanKey: true,
});
// @ts-expect-error one of four
configureTracing({ spans: 'on' });
// @ts-expect-error milliseconds
configureTracing({ minWaitSpan: '50ms' });

// what the SDK takes
const stop = instrumentLocks({ manager: new LockManager() });
expectType<Exact<typeof stop, () => void>>();
const provider = new sdk.MeterProvider({
  readers: [],
  views: [...lockmeterPrometheusViews],
});
const producer: sdk.MetricProducer = metricProducer({ names: 'prometheus' });
void [provider, producer];
