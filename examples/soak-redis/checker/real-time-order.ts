/**
 * I5: tokens respect real time. Who asks after somebody was granted the lock gets a larger token, whatever happened to
 * the engine in between.
 *
 * The tokens give the one order in which the grants can have been made, so looking at each once, by time, is enough.
 */
import { byLock, type Granted, grantedOf } from '../log/history.js';
import { type Check, type Finding, nameOf } from './finding.js';

/** The check. */
export const realTimeOrder: Check = ({ attempts }) => byLock(grantedOf(attempts)).flatMap(ofLock);

function ofLock(byInvocation: readonly Granted[]): Finding[] {
  const byGrant = byInvocation.toSorted((a, b) => a.granted - b.granted);
  const found: Finding[] = [];
  let next = 0;
  let largest: Granted | undefined;
  for (const attempt of byInvocation) {
    for (; next < byGrant.length && byGrant[next]!.granted < attempt.invoked; next++) {
      if (largest === undefined || byGrant[next]!.token > largest.token) largest = byGrant[next]!;
    }
    if (largest === undefined || largest.token < attempt.token) continue;
    const text = `${attempt.lock}: ${nameOf(attempt)} asked after ${nameOf(largest)} was granted`;
    found.push({ rule: 'I5', text });
  }
  return found;
}
