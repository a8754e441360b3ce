/**
 * Reads the message that a hand-over pushes: id, token, end of the lease, time of sending, and the lock's name as it is, which
 * comes last because it may contain anything.
 */
import type { WakeMessage } from '../protocol.js';

const MESSAGE = /^(\S+) (\d+) (\d+) (\d+) (.*)$/s;

/** `undefined` for a message that no lock has sent. */
export function decodeWake(text: string): WakeMessage | undefined {
  const match = MESSAGE.exec(text);
  if (match === null) return undefined;
  const [, id, token, leaseEnd, now, resource] = match;
  return { id: id!, token: Number(token), leaseEnd: Number(leaseEnd), now: Number(now), resource: resource! };
}
