/**
 * `lockmeter/driver-contract`: the suite that every driver passes, of this package or not.
 *
 * Invariant: a case leaves nothing behind that another could see, and hears whatever the process complains of meanwhile.
 */
import { deepEqual, ok } from 'node:assert/strict';
import { cancelling } from './cases/cancelling.js';
import { closing } from './cases/closing.js';
import { cuts } from './cases/cuts.js';
import { exclusion } from './cases/exclusion.js';
import { health } from './cases/health.js';
import { inspecting } from './cases/inspecting.js';
import { leases } from './cases/leases.js';
import { loss } from './cases/loss.js';
import { names } from './cases/names.js';
import { order } from './cases/order.js';
import { refusals } from './cases/refusals.js';
import { releasing } from './cases/releasing.js';
import { schedules } from './cases/schedules.js';
import { tokens } from './cases/tokens.js';
import type { ContractCase, DriverHarness } from './harness.js';
import type { Scenario } from './scenario.js';
import { Scene } from './scene.js';
import { unheardDuring } from './unheard.js';

export type { ContractCase, DriverHarness } from './harness.js';

const SCENARIOS: readonly Scenario[] = [
  exclusion,
  order,
  refusals,
  cancelling,
  releasing,
  tokens,
  inspecting,
  loss,
  leases,
  cuts,
  closing,
  health,
  names,
  schedules,
].flat();

const TIMEOUT = 60_000;

/**
 * The cases that a driver has to pass, for any test runner.
 *
 * @throws AssertionError when the harness has no `open()`.
 * @example
 * for (const { title, run, timeout } of driverContract({ open: () => myDriver({ url }) })) test(title, run, timeout);
 */
export function driverContract(harness: DriverHarness): readonly ContractCase[] {
  ok(typeof harness?.open === 'function', 'driverContract() needs a harness with open(), which makes a driver');
  const timeout = TIMEOUT + 6 * (harness.lease ?? 0);
  return SCENARIOS.filter(({ needs }) => needs === undefined || harness[needs] !== undefined).map((scenario) => ({
    title: scenario.title,
    timeout,
    run: () => run(scenario, harness),
  }));
}

async function run(scenario: Scenario, harness: DriverHarness): Promise<void> {
  await harness.reset?.();
  const scene = new Scene(harness);
  const unheard = await unheardDuring(async () => {
    try {
      await scenario.play(scene);
      await scene.leave();
    } catch (error) {
      // The drivers go in any case, and what went wrong first is what is told.
      await scene.close().catch(() => {});
      throw scene.explain(error);
    }
  });
  deepEqual(unheard, [], `the process complained: ${unheard.join('; ')}`);
}
