/**
 * The manager of the process: one, even when an ESM and a CommonJS copy of this package are loaded.
 */
import { LockManager } from './lock-manager.js';
import { processWide } from './process-wide.js';

processWide.manager ??= new LockManager();

/**
 * The process's locks.
 *
 * @example
 * import { locks } from 'lockmeter';
 * await locks.run('inventory', () => reserve(sku), { key: sku });
 */
export const locks: LockManager = processWide.manager;
