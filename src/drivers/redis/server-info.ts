/**
 * What INFO tells about the server. It is a courtesy: a server that does not tell, or not to us, is taken as it is.
 */
import type { RedisConnections } from './connection.js';

/** One section of INFO: its lines by name. Empty if there is no answer. */
export async function serverInfo(connections: RedisConnections, section: string): Promise<ReadonlyMap<string, string>> {
  try {
    const text = String(await connections.command('INFO', [section]));
    return new Map(Array.from(text.matchAll(/^(\w+):([^\r\n]*)/gm), ([, name, value]) => [name!, value!]));
  } catch {
    return new Map();
  }
}
