/**
 * A key as it may be shown: the first 8 hexadecimal digits of its SHA-256, or of its HMAC when the process has a salt.
 * Enough to tell keys apart and to look one up that you know, and no personal data in traces and pages by accident. Keys
 * that can be guessed (e-mail addresses, numbers) can be found by hashing them all: that is what the salt is against.
 */
import { createHash, createHmac } from 'node:crypto';
import { processWide } from './process-wide.js';

export function hashKey(key: string): string {
  const { keySalt } = processWide;
  const hash = keySalt === '' ? createHash('sha256') : createHmac('sha256', keySalt);
  return hash.update(key).digest('hex').slice(0, 8);
}
