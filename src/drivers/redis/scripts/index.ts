/** The driver's scripts, one object each, all of one shape. */
export { acquireScript } from './acquire.js';
export { inspectScript } from './inspect.js';
export type { LockScript } from './lock-script.js';
export { releaseScript } from './release.js';
export { renewScript } from './renew.js';
export { tendScript } from './tend.js';
export { decodeWake } from './wake.js';
