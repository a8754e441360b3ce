/**
 * Turns spans on: for the process's locks, once whatever number of copies of this package is loaded, and for every private
 * set of numbers that this copy makes. What its drivers ask on their own account has none.
 */
import { installQuietly } from '../../drivers/quiet.js';
import { installObserver } from '../../observer.js';
import { processWide } from '../../process-wide.js';
import { tracing } from './tracing.js';
import { TRACING_DEFAULTS } from './tracing-settings.js';
import { untraced } from './untraced.js';

let done = false;

export function installTracing(): void {
  if (done) return;
  done = true;
  installObserver(tracing);
  installQuietly(untraced);
  if (processWide.tracing !== undefined) return;
  processWide.tracing = TRACING_DEFAULTS;
  processWide.stats.observers.add(tracing);
}
