/**
 * `lockmeter/opentelemetry`: what can be set about spans. They are on without it.
 */
import { checkOptions, show } from '../options.js';
import { processWide } from '../process-wide.js';
import { installTracing } from './install-tracing.js';

/** The options of {@link configureTracing}. */
export interface TracingOptions {
  /**
   * `'auto'` (the default): `lock.wait` for attempts that had to queue and `lock.hold` for every hold, whenever the caller's
   * active span is recording. `'off'`: none.
   */
  spans?: 'auto' | 'off';
}

/**
 * Sets when spans are made, for every lock of the process.
 *
 * @throws TypeError when `spans` is not one of its values.
 * @example
 * configureTracing({ spans: 'off' });
 */
export function configureTracing(options: TracingOptions = {}): void {
  checkOptions(options);
  const { spans = 'auto' } = options;
  if (spans !== 'auto' && spans !== 'off') throw new TypeError(`spans must be 'auto' or 'off', got ${show(spans)}`);
  installTracing();
  processWide.spans = spans;
}

export { ATTRIBUTES, BLOCKED_BY, SCOPE, SPANS } from './names.js';
