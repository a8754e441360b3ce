/**
 * What INFO tells about the server.
 */
import type { RedisConnections } from './connection.js';

/** One section of INFO: its lines by name. Rejects if there is no answer, or none for us. */
export async function serverInfo(connections: RedisConnections, section: string): Promise<ReadonlyMap<string, string>> {
  const text = String(await connections.command('INFO', [section]));
  return new Map(Array.from(text.matchAll(/^(\w+):([^\r\n]*)/gm), ([, name, value]) => [name!, value!]));
}
