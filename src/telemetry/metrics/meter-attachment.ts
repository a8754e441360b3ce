/**
 * Attaches the numbers of a registry to meter providers: once to each, however often it is asked for, and to whichever is
 * registered with the OpenTelemetry API at a time.
 *
 * Invariants: while anybody wants it there is one connection of a registry and a provider, so that no observation is recorded
 * twice; a provider has the numbers of one registry, for two would overwrite one another's; the SDK runs in no lock's call.
 */
import type { MeterProvider } from '@opentelemetry/api';
import { show } from '../../options.js';
import type { Attached, StatsRegistry } from '../../stats-registry.js';
import { onTick } from '../../ticker.js';
import type { HistogramDetail } from '../histogram-detail.js';
import { inMicrotask } from '../microtask.js';
import { tapAll } from './histogram-taps.js';
import { MeterConnection } from './meter-connection.js';
import { isUsable, registeredMeterProvider } from './registered-meter-provider.js';

const OLDER_API =
  'The meter provider was registered with an older @opentelemetry/api than the one lockmeter finds, so neither metrics nor ' +
  'spans arrive: run `npm dedupe`, or install that version of the API beside lockmeter';

/** Whose numbers a provider has. */
const owners = new WeakMap<MeterProvider, StatsRegistry>();

/** The key of what follows the registered provider, the same in all copies of this package. */
const REGISTERED = Symbol.for('lockmeter.registered-meter-provider');

/** When the instruments are made, which runs code of the SDK. */
type When = (open: () => void) => void;

const atOnce: When = (open) => open();

/**
 * Attaches to `provider`. Returns the function that undoes it.
 *
 * @throws Error when the provider has the numbers of another registry, or these in another detail.
 */
export function attachTo(
  registry: StatsRegistry,
  provider: MeterProvider,
  detail: HistogramDetail,
  when: When = atOnce,
): () => void {
  checkFree(registry, provider, detail);
  return attachOnce(registry, provider, detail, () => {
    owners.set(provider, registry);
    const connection = new MeterConnection(registry, provider, detail);
    when(() => connection.open());
    return () => {
      owners.delete(provider);
      connection.close();
    };
  });
}

/**
 * Attaches to the registered provider and, when that changes, to its successor. Returns the function that ends it.
 *
 * @throws What {@link attachTo} throws for the provider that is registered now; of one that comes later it is counted.
 */
export function attachToRegistered(registry: StatsRegistry, detail: HistogramDetail): () => void {
  const present = registeredMeterProvider();
  if (present !== undefined) checkFree(registry, present, detail);
  return attachOnce(registry, REGISTERED, detail, () => {
    let attached: MeterProvider | undefined;
    let detach = (): void => {};
    const follow = (provider: MeterProvider | undefined, when: When): void => {
      attached = provider;
      detach();
      detach = (): void => {};
      if (provider === undefined) return;
      registry.observers.guard(() => {
        if (!isUsable(provider)) throw new Error(OLDER_API);
        detach = attachTo(registry, provider, detail, when);
      });
    };
    const look = (): void => {
      const provider = registeredMeterProvider();
      // An observation may have brought us here, inside a lock's call.
      if (provider !== attached) follow(provider, inMicrotask);
    };
    // Each observation looks, so that the first one after the registration counts; the tick, for a lock that is stuck.
    const untap = detail === 'off' ? (): void => {} : tapAll(registry, () => look);
    const stopTicking = onTick(look);
    registry.onGrowth.add(look);
    follow(present, atOnce);
    return () => {
      untap();
      stopTicking();
      registry.onGrowth.delete(look);
      detach();
    };
  });
}

function checkFree(registry: StatsRegistry, provider: MeterProvider, detail: HistogramDetail): void {
  if ((owners.get(provider) ?? registry) !== registry) {
    throw new Error(
      'The meter provider has the metrics of another lock manager already: give each a provider of its own',
    );
  }
  checkDetail(registry.attached.get(provider), detail);
}

function checkDetail(there: Attached | undefined, detail: HistogramDetail): void {
  if (there === undefined || there.how === detail) return;
  throw new Error(
    `The locks have instruments with histograms ${show(there.how)} already, got ${show(detail)}: ask for the same, or stop those first`,
  );
}

/** One `attach` for all who want the same. Returns a function that undoes it when the last of them has called theirs. */
function attachOnce(
  registry: StatsRegistry,
  key: unknown,
  detail: HistogramDetail,
  attach: () => () => void,
): () => void {
  const { attached } = registry;
  let entry = attached.get(key);
  checkDetail(entry, detail);
  if (entry === undefined) {
    entry = { how: detail, users: 0, detach: attach() };
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
