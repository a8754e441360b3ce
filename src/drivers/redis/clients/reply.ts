/**
 * Brings a reply into the one form that the driver knows, whatever the protocol and the client made of it.
 */
import type { RedisReply } from '../connection.js';

/** @throws Error that the reply is, or has in it. */
export function plainReply(reply: unknown): RedisReply {
  if (typeof reply === 'string' || typeof reply === 'number' || reply === null) return reply;
  if (Array.isArray(reply)) return reply.map(plainReply);
  if (reply instanceof Uint8Array) return Buffer.from(reply.buffer, reply.byteOffset, reply.byteLength).toString();
  if (reply instanceof Error) throw reply;
  if (reply === undefined) return null;
  if (typeof reply === 'bigint') return Number(reply);
  if (typeof reply === 'boolean') return reply ? 1 : 0;
  if (reply instanceof Set) return Array.from(reply, plainReply);
  if (typeof reply !== 'object') return String(reply);
  const entries = reply instanceof Map ? Array.from(reply) : Object.entries(reply);
  return entries.flat().map(plainReply);
}
