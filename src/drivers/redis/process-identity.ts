/**
 * Who this driver is to all others: an id that no other driver has or had, whichever process or container it is in, and from
 * it an id for each attempt.
 *
 * Invariant: an id is never used for two attempts. It is what makes a request that is sent twice have the effect of one.
 */
import { randomBytes } from 'node:crypto';
import type { HolderInfo } from '../driver.js';
import { holderInfo } from '../this-process.js';

/** Bytes of chance: 96 bits, with which two that meet are not to be expected. */
const CHANCE = 12;

/** The longest label that is shared: every waiter's is kept by the server. */
const LONGEST_LABEL = 128;

export class ProcessIdentity {
  readonly id = randomBytes(CHANCE).toString('base64url');
  private attempts = 0;
  /** What most attempts say, written once. */
  private readonly plain = JSON.stringify(holderInfo(undefined));

  /** The id of a new attempt. */
  next(): string {
    return `${this.id}-${(++this.attempts).toString(36)}`;
  }

  /** Whether it is the id of an attempt of this driver. */
  owns(id: string): boolean {
    return id.startsWith(`${this.id}-`);
  }

  /** What others are shown of who asks, as JSON. Host and process are this one's unless it says otherwise. */
  describe(info: HolderInfo): string {
    const { label, host, pid, traceparent } = info;
    const own = holderInfo(label?.slice(0, LONGEST_LABEL), traceparent);
    if (label === undefined && traceparent === undefined && isOwn(host, own.host) && isOwn(pid, own.pid))
      return this.plain;
    return JSON.stringify({ ...own, host: host ?? own.host, pid: pid ?? own.pid });
  }
}

function isOwn(given: unknown, own: unknown): boolean {
  return given === undefined || given === own;
}

/** What was read last: all waiters of a lock are told the same holder. */
let last: { json: string; info: HolderInfo } = { json: '', info: {} };

/** What somebody else has said of itself: text from the server is not to be trusted to be anything. */
export function readInfo(json: string): HolderInfo {
  if (json === last.json) return last.info;
  const { label, host, pid, traceparent } = parsed(json);
  const info: HolderInfo = {
    label: text(label),
    host: text(host),
    pid: typeof pid === 'number' ? pid : undefined,
    traceparent: text(traceparent),
  };
  last = { json, info };
  return info;
}

function parsed(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
