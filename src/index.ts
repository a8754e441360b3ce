/**
 * lockmeter: an async lock that shows who is waiting, who is holding, and for how long.
 *
 * The composition root: it is here, and only here, that the lock and its tracing meet.
 */
import './keep-warm.js';
import { installChannels } from './telemetry/channels/install-channels.js';
import { installTracing } from './telemetry/tracing/install-tracing.js';

installTracing();
installChannels();

export type { BackendOperation, BackendResult, BackendStats, BackendTrips } from './backend-stats.js';
export type { Deadlock, DeadlockMember } from './deadlock/deadlock.js';
export { locks } from './default-manager.js';
export type {
  DriverAttempt,
  DriverCaps,
  DriverEvent,
  DriverGrant,
  DriverHealth,
  DriverRefusal,
  DriverState,
  HolderInfo,
  HolderState,
  LeaseLoss,
  LockDriver,
  LossCause,
  PendingGrant,
  QueuePlace,
  ReleaseResult,
  WaiterState,
} from './drivers/driver.js';
export { type MemoryDriver, memoryDriver } from './drivers/memory/memory-driver.js';
export {
  LockClosedError,
  LockDeadlockError,
  LockEngineError,
  LockError,
  LockLostError,
  LockNotHeldError,
  LockQueueFullError,
  type LockSituation,
  LockTimeoutError,
} from './errors.js';
export type { LockHealth } from './health.js';
export { BUCKET_BOUNDS_SECONDS, bucketQuantile, type Histogram } from './histogram.js';
export type { Hold } from './hold.js';
export type { InspectedHolder, InspectedProcess, LockInspection } from './inspection.js';
export { Lock } from './lock.js';
export { LockManager } from './lock-manager.js';
export type { CloseOptions, LockManagerOptions, RunOptions } from './lock-manager-options.js';
export type { AttemptObserver, LockAttempt, LockObserver } from './observer.js';
export type { AcquireOptions, LockKey, LockOptions } from './options.js';
export type { WantedLock } from './run-all.js';
export type { SlowHold, SlowWait, WatchOptions } from './slow-watch.js';
export type { HistogramSnapshot, HolderSnapshot, LockSnapshot, Snapshot, WaiterSnapshot } from './snapshot.js';
export type { Backend, Outcome } from './stats.js';
export { StatsRegistry } from './stats-registry.js';
export type {
  ChannelAttempt,
  HoldContext,
  LeaseLostMessage,
  LeaseRenewedMessage,
  LockCreatedMessage,
  ReleaseMessage,
  RequestEndMessage,
  RequestGrantMessage,
  RequestMessage,
  WaitContext,
} from './telemetry/channels/channels.js';
export { type WithLockOptions, withLock } from './with-lock.js';
