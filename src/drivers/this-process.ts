/**
 * How this process is named to others that share a lock with it.
 */
import { hostname } from 'node:os';
import type { HolderInfo } from './driver.js';

const HOST = hostname();

/** Who asks, in this process. */
export function holderInfo(label: string | undefined, traceparent?: string): HolderInfo {
  return { label, host: HOST, pid: process.pid, traceparent };
}

/** `api-1:4242`; `undefined` when neither is known. */
export function processName({ host, pid }: HolderInfo): string | undefined {
  if (host === undefined && pid === undefined) return undefined;
  return `${host ?? 'unknown host'}:${pid ?? '?'}`;
}
