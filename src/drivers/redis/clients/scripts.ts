/**
 * Runs scripts by their digests, so that the sources travel once.
 *
 * Invariant: on one connection scripts run in the order of the calls, the first ones too. The source is sent for the first
 * call of each script, and not after Redis said that it does not know the digest: a release that overtook its acquire in
 * that round trip would leave a lock that nobody releases. That answer, after SCRIPT FLUSH or from another node of a
 * cluster, is met by the source all the same.
 */
import type { RedisScript } from '../connection.js';
import type { Link } from './link.js';

const known = new WeakMap<Link, Set<string>>();

export async function runScript(
  link: Link,
  script: RedisScript,
  keys: readonly string[],
  args: readonly string[],
): Promise<unknown> {
  const rest = [String(keys.length), ...keys, ...args];
  const bySource = (): Promise<unknown> => link.send(['EVAL', script.source, ...rest], keys[0]);
  if (isNew(link, script)) return bySource();
  try {
    return await link.send(['EVALSHA', script.sha1, ...rest], keys[0]);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return bySource();
  }
}

function isNew(link: Link, { sha1 }: RedisScript): boolean {
  const sent = known.get(link);
  if (sent === undefined) known.set(link, new Set([sha1]));
  else if (sent.has(sha1)) return false;
  else sent.add(sha1);
  return true;
}
