/** What the recipes tell of an engine that is away: the same on every framework, and so asked of none. */
import { type LockDriver, type LockError, memoryDriver } from 'lockmeter';
import { refusal } from '../../examples/frameworks/refusal.js';
import { AWAY, awayFor, silentDriver, TELLING } from '../support/engine-away.js';
import { isolatedManager } from '../support/isolated.js';
import { unreachableDriver } from '../support/unreachable-driver.js';

/** The answer to somebody who has waited for a moment. */
async function refused(driver: LockDriver) {
  const lock = isolatedManager({ driver }).lock('cart', 'secret');
  return refusal(await lock.hold({ timeout: 10 }).catch((error: LockError) => error));
}

test.each([
  ['that was never reached', 'ERR_LOCK_ENGINE', unreachableDriver()],
  ['that went away during the wait', 'ERR_LOCK_TIMEOUT', silentDriver(awayFor(0))],
])('an engine %s is an outage, and nothing is told of it', async (_what, code, driver) => {
  const answer = await refused(driver);
  expect(answer).toMatchObject({ status: 503, body: { code, message: AWAY } });
  expect(JSON.stringify(answer)).not.toMatch(TELLING);
});

test('one that answers is not', async () => {
  const driver = memoryDriver();
  await isolatedManager({ driver: driver.replica() }).lock('cart', 'secret').hold();
  expect(await refused(driver)).toMatchObject({ body: { message: 'The resource is busy. Try again later.' } });
});
