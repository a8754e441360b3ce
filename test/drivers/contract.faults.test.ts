/**
 * The suite for drivers, tested: a plain driver passes, and each way to be wrong is found by the case that is there for it.
 */
import { type ContractCase, driverContract } from 'lockmeter/driver-contract';
import { FAULTS, type Fault } from './contract/faults.js';
import { ToyDriver } from './contract/toy-driver.js';
import { ToyEngine } from './contract/toy-engine.js';

const LEASE = 200;
/** Of a driver that is to pass: the machine may stand still for a while. */
const LONG_LEASE = 1_500;

function casesFor(fault: Fault | undefined, patience: number, apart = false): readonly ContractCase[] {
  const lease = fault === undefined ? LONG_LEASE : LEASE;
  const engine = new ToyEngine(fault, lease, apart);
  return driverContract({
    open: () => new ToyDriver(engine),
    takeAway: (resource) => engine.takeAway(resource),
    disconnect: () => engine.disconnect(),
    leftovers: () => engine.leftovers(),
    reset: () => engine.rows.clear(),
    lease,
    patience,
    seed: 5,
  });
}

describe('a driver that keeps to the rules passes', () => {
  for (const { title, run, timeout } of casesFor(undefined, 5_000)) test(title, run, timeout);
});

describe('so does one that promises less: turns within each process, and no sight of others', () => {
  for (const { title, run, timeout } of casesFor(undefined, 5_000, true)) test(title, run, timeout);
});

describe('found is that', () => {
  for (const [fault, title] of Object.entries(FAULTS) as [Fault, string][]) {
    test(fault, async () => {
      const found = casesFor(fault, 150).filter((each) => each.title.startsWith(title));
      expect(found).toHaveLength(1);
      const outcome = await found[0]!.run().catch((error: Error) => error);
      expect(outcome).toMatchObject({ name: 'AssertionError' });
    });
  }
});

test('every case can fail', () => {
  const found = Object.values(FAULTS) as string[];
  const never = casesFor(undefined, 0).filter(({ title }) => !found.some((beginning) => title.startsWith(beginning)));
  expect(never.map(({ title }) => title)).toEqual([]);
});

test('a harness that cannot open a driver is refused', () => {
  expect(() => driverContract({} as never)).toThrow(
    'driverContract() needs a harness with open(), which makes a driver',
  );
});

test('what the harness cannot do is not asked for', () => {
  const titles = (harness: object): string[] =>
    driverContract({ open: () => new ToyDriver(new ToyEngine()), ...harness }).map(({ title }) => title);
  const all = titles({ takeAway: () => {}, disconnect: () => {}, lease: LEASE });
  expect(all.filter((title) => !titles({ lease: LEASE, disconnect: () => {} }).includes(title))).toHaveLength(3);
  expect(all.filter((title) => !titles({ takeAway: () => {}, disconnect: () => {} }).includes(title))).toHaveLength(3);
  expect(all.filter((title) => !titles({ takeAway: () => {}, lease: LEASE }).includes(title))).toHaveLength(3);
});
