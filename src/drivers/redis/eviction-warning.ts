/**
 * A server that throws keys away when its memory is full throws locks away that are held. It is said once per driver, as a warning
 * of the process; a server without a limit, or one that does not tell, is left alone.
 */
import type { RedisConnections } from './connection.js';
import { serverInfo } from './server-info.js';

export async function warnOfEviction(connections: RedisConnections): Promise<void> {
  const memory = await serverInfo(connections, 'memory').catch(() => new Map<string, string>());
  const [limit, policy] = [memory.get('maxmemory') ?? '0', memory.get('maxmemory_policy') ?? 'noeviction'];
  if (limit === '0' || policy === 'noeviction') return;
  const what =
    `Redis at ${connections.address} may evict locks that are held: its maxmemory-policy is ${policy}. ` +
    'Set it to noeviction, or keep locks on a server of their own';
  process.emitWarning(what, { type: 'LockmeterWarning', code: 'LOCKMETER_REDIS_EVICTION' });
}
