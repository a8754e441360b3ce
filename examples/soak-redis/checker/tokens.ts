/**
 * I2: the tokens of a lock grow in the order in which its valid holds are entered, and no token is given twice, to
 * whomever.
 */
import { type Hold, holdsByLock, validUntil } from '../log/history.js';
import { type Check, type Finding, nameOf } from './finding.js';

/** The check. */
export const tokens: Check = ({ attempts }) =>
  holdsByLock(attempts).flatMap((holds) => {
    const found: Finding[] = [];
    const owners = new Map<number, Hold>();
    let last: Hold | undefined;
    for (const hold of holds) {
      const other = owners.get(hold.token);
      if (other !== undefined) {
        found.push({ rule: 'I2', text: `${hold.lock}: ${nameOf(hold)} has the token of ${nameOf(other)}` });
      }
      owners.set(hold.token, hold);
      if (validUntil(hold) <= hold.entered) continue;
      if (last !== undefined && hold.token < last.token) {
        found.push({ rule: 'I2', text: `${hold.lock}: ${nameOf(hold)} entered after ${nameOf(last)}` });
      }
      last = hold;
    }
    return found;
  });
