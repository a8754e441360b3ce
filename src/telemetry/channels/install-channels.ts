/**
 * Puts locks on their channels while somebody listens, and takes them off again: unheard, no lock knows that there are
 * channels. What is slow is looked for from the moment somebody subscribes, even if no lock is asked for any more.
 *
 * Invariant: each copy of the package publishes for the registries of numbers that it made, and the first that comes here
 * for the process's own, so whatever number of copies is loaded, and however much of each, everything is published once.
 */
import { attachToAll, enlist, everyRegistry } from '../../every-registry.js';
import type { LockObserver } from '../../observer.js';
import { processWide } from '../../process-wide.js';
import { startWatch } from '../../slow-watch.js';
import type { LockStats } from '../../stats.js';
import type { StatsRegistry } from '../../stats-registry.js';
import { ATTEMPT_CHANNELS, DEADLOCK, LOCK_CREATED, publish, SLOW_HOLD, SLOW_WAIT } from './channels.js';
import { onNewName } from './new-names.js';
import { PublishedAttempt } from './published-attempt.js';
import { whileHeard } from './subscriptions.js';

const publisher: LockObserver = {
  wants: () => true,
  attempt: (attempt) => new PublishedAttempt(attempt),
};

let done = false;

export function installChannels(): void {
  if (done) return;
  done = true;
  const { channels, stats } = processWide;
  if (channels.size === 0) enlist(stats);
  channels.add(whileHeard(ATTEMPT_CHANNELS, () => attachToAll(publishAttempts)));
  channels.add(whileHeard([LOCK_CREATED], () => attachToAll((registry) => onNewName(registry, publishName))));
  channels.add(whileHeard([SLOW_WAIT, SLOW_HOLD], watchAll));
  channels.add(
    whileHeard([DEADLOCK], () =>
      attachToAll((registry) => registry.onDeadlock.add((found) => DEADLOCK.publish(found))),
    ),
  );
}

function publishAttempts({ observers }: StatsRegistry): () => void {
  observers.add(publisher);
  return () => observers.delete(publisher);
}

function publishName({ name: lock, backend }: LockStats): void {
  publish(LOCK_CREATED, () => ({ lock, backend }));
}

function watchAll(): () => void {
  return startWatch(everyRegistry, {
    onSlowWait: (slow) => SLOW_WAIT.publish(slow),
    onSlowHold: (slow) => SLOW_HOLD.publish(slow),
  });
}
