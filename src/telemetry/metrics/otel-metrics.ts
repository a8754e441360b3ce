/**
 * The front door to the numbers of all locks on OpenTelemetry's instruments.
 */
import type { MeterProvider } from '@opentelemetry/api';
import { locks } from '../../default-manager.js';
import type { LockManager } from '../../lock-manager.js';
import { checkManager, checkOptions, show } from '../../options.js';
import { checkHistogramDetail, type HistogramDetail } from '../histogram-detail.js';
import { attachTo, attachToRegistered } from './meter-attachment.js';

/** The options of {@link instrumentLocks}. */
export interface LockInstrumentsOptions {
  /**
   * Where the instruments are made. Default: whatever is registered with the OpenTelemetry API; it need not be yet, and its
   * successor is followed too.
   */
  meterProvider?: MeterProvider;
  /** Whose numbers. Default: the process's, which all locks share unless told otherwise. */
  manager?: LockManager;
  /** How fine the histograms of wait and hold times are. Default: `'full'`, 18 bounds; `'coarse'`: 7; `'off'`: none. */
  histograms?: HistogramDetail;
}

/**
 * Exports the metrics of all locks through OpenTelemetry. Counters and gauges are read when somebody collects and cost the
 * locks nothing. Histograms are recorded one observation at a time, 1 to 2 µs each outside of the lock's calls, from the
 * moment a meter provider is there; a very busy process takes {@link metricProducer} or `histograms: 'off'`. Times are in
 * seconds.
 *
 * Calling it again for the same numbers and provider changes nothing. Returns a function that ends it, when all who called
 * have called theirs.
 *
 * @throws TypeError when an option is not what it should be. Error when the meter provider has the metrics of another manager,
 * or these with other `histograms`.
 * @example
 * const stop = instrumentLocks();
 * new NodeSDK({ metricReaders: [reader] }).start(); // before or after
 */
export function instrumentLocks(options: LockInstrumentsOptions = {}): () => void {
  checkOptions(options);
  const { meterProvider, manager = locks, histograms = 'full' } = options;
  checkManager(manager);
  checkHistogramDetail(histograms);
  if (meterProvider === undefined) return attachToRegistered(manager.stats, histograms);
  if (typeof meterProvider?.getMeter !== 'function') {
    throw new TypeError(`meterProvider must be an OpenTelemetry MeterProvider, got ${show(meterProvider)}`);
  }
  return attachTo(manager.stats, meterProvider, histograms);
}
