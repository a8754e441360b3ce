/**
 * The meter provider that the application has registered. An instrument that is made before there is one does nothing for
 * ever, so it is asked for again and again, and must cost next to nothing.
 */
import { type MeterProvider, metrics } from '@opentelemetry/api';
import { registeredApi } from '../registered-api.js';

/** What is registered now, if anything. */
export function registeredMeterProvider(): MeterProvider | undefined {
  return registeredApi()?.metrics;
}

/** Whether this copy of the API may use it: one that is newer than the application's may not. */
export function isUsable(provider: MeterProvider): boolean {
  return metrics.getMeterProvider() === provider;
}
