/**
 * A key as it may be shown: the first 8 hexadecimal digits of its SHA-256. Enough to tell keys apart and to look one up
 * that you know, and no personal data in traces and pages by accident.
 */
import { createHash } from 'node:crypto';

export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8);
}
