/**
 * Attaches the numbers of a registry to meter providers: once to each, however often it is asked for, and to whichever is
 * registered with the OpenTelemetry API at a time.
 *
 * Invariants: while anybody wants it there is one connection of a registry and a provider, so that no observation is recorded
 * twice; a provider has the numbers of one registry, for two would overwrite one another's; the SDK runs in no lock's call.
 */
import type { MeterProvider } from '@opentelemetry/api';
import type { StatsRegistry } from '../../stats-registry.js';
import { onTick } from '../../ticker.js';
import type { HistogramDetail } from '../histogram-detail.js';
import { tapAll } from './histogram-taps.js';
import { MeterConnection } from './meter-connection.js';
import { isUsable, registeredMeterProvider } from './registered-meter-provider.js';

/** Whose numbers a provider has. */
const owners = new WeakMap<MeterProvider, StatsRegistry>();

/** The key of what follows the registered provider, the same in all copies of this package. */
const REGISTERED = Symbol.for('lockmeter.registered-meter-provider');

/** When something is done that runs code of the SDK. */
type When = (step: () => void) => void;

const now: When = (step) => step();

/**
 * Attaches to `provider`. Returns the function that undoes it.
 *
 * @throws Error when the provider has the numbers of another registry.
 */
export function attachTo(
  registry: StatsRegistry,
  provider: MeterProvider,
  detail: HistogramDetail,
  when: When = now,
): () => void {
  if ((owners.get(provider) ?? registry) !== registry) {
    throw new Error(
      'The meter provider has the metrics of another lock manager already: give each a provider of its own',
    );
  }
  return attachOnce(registry, provider, () => {
    owners.set(provider, registry);
    const connection = new MeterConnection(registry, provider, detail);
    when(() => connection.open());
    return () => {
      owners.delete(provider);
      when(() => connection.close());
    };
  });
}

/** Attaches to the registered provider and, when that changes, to its successor. Returns the function that ends it. */
export function attachToRegistered(registry: StatsRegistry, detail: HistogramDetail): () => void {
  return attachOnce(registry, REGISTERED, () => {
    let attached: MeterProvider | undefined;
    let detach = (): void => {};
    const follow = (provider: MeterProvider | undefined, when: When): void => {
      attached = provider;
      detach();
      detach = (): void => {};
      if (provider === undefined) return;
      registry.observers.guard(() => {
        if (!isUsable(provider)) throw new Error('The meter provider was registered with an older @opentelemetry/api');
        detach = attachTo(registry, provider, detail, when);
      });
    };
    const look = (): void => {
      const provider = registeredMeterProvider();
      // An observation may have brought us here, inside a lock's call.
      if (provider !== attached) follow(provider, queueMicrotask);
    };
    // Each observation looks, so that the first one after the registration counts; the tick, for a lock that is stuck.
    const untap = detail === 'off' ? (): void => {} : tapAll(registry, () => look);
    const stopTicking = onTick(look);
    registry.onGrowth.add(look);
    follow(registeredMeterProvider(), now);
    return () => {
      untap();
      stopTicking();
      registry.onGrowth.delete(look);
      detach();
    };
  });
}

/** One `attach` for all who want the same. Returns a function that undoes it when the last of them has called theirs. */
function attachOnce(registry: StatsRegistry, key: unknown, attach: () => () => void): () => void {
  const { attached } = registry;
  let entry = attached.get(key);
  if (entry === undefined) {
    entry = { users: 0, detach: attach() };
    attached.set(key, entry);
  }
  const mine = entry;
  mine.users++;
  let using = true;
  return () => {
    if (!using) return;
    using = false;
    if (--mine.users > 0) return;
    attached.delete(key);
    mine.detach();
  };
}
