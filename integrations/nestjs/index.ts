/**
 * lockmeter/nestjs: methods under a lock, locks as dependencies, refusals as answers.
 */
export type { ApplicationLockOptions, LockShutdown } from './application-manager.js';
export { CurrentHold } from './current-hold.decorator.js';
export { InjectLock } from './inject-lock.decorator.js';
export { LockModule, type LockModuleAsyncOptions, type LockModuleOptions } from './lock.module.js';
export type { LockOptionsFactory } from './lock.module-definition.js';
export { LockExceptionFilter } from './lock-exception.filter.js';
export { LockHealthIndicator, type LockHealthResult } from './lock-health.indicator.js';
export { type LockCall, LockRecorder } from './lock-recorder.js';
export { getLockToken } from './lock-token.js';
export {
  type NotTheParametersOfTheMethod,
  WithLock,
  type WithLockDecorator,
  type WithLockMethodOptions,
} from './with-lock.decorator.js';
