/**
 * Seeded random schedules over real processes and a real server, as in `npm run soak:redis`, and proof that their
 * referee can find fault. `LOCKMETER_SOAK_SECONDS` says for how long, `LOCKMETER_SEED` makes a schedule again.
 */
import { report } from '../../../examples/soak-redis/report.js';
import { type SoakSize, soak } from '../../../examples/soak-redis/soak.js';
import { prepare } from './play.js';

const play = prepare();
const SECONDS = Number(process.env.LOCKMETER_SOAK_SECONDS ?? 60);
const seed = Number(process.env.LOCKMETER_SEED ?? Date.now() % 100_000);
const SIZE: SoakSize = { seed, clients: 4, seconds: SECONDS, faults: 'none' };
/** Leases that only the lock could lose, for where nothing is disturbed but by the machine; long stays outlast a renewal. */
const PATIENT = { driver: { lease: 4_000, handoffLease: 4_000, waiterTtl: 12_000 } };
/** What a soak may take beyond its seconds, in milliseconds. */
const REST = 240_000;

/** Runs one. The seed is in the comparison, so that a failure shows it. */
async function expectNothing(size: SoakSize): Promise<Awaited<ReturnType<typeof soak>>> {
  const done = await soak(await play.options(), size);
  process.stdout.write(`LOCKMETER_SEED=${size.seed}\n${report(done, size)}\n`);
  expect({ seed, findings: done.judgement.findings }).toEqual({ seed, findings: [] });
  return done;
}

test(
  'undisturbed: every invariant, and every waiter woken by a push',
  async () => {
    const { judgement } = await expectNothing({ ...SIZE, seconds: SECONDS / 10, character: PATIENT });
    expect(judgement).toMatchObject({ lost: 0, rejectedWrites: 0, missedWakes: 0, excusedOverlaps: 0 });
    expect(judgement.holds).toBeGreaterThan(20);
  },
  SECONDS * 1e3 + REST,
);

test(
  'clients killed, stopped, stalled and cut off: every invariant',
  async () => {
    const { judgement } = await expectNothing({ ...SIZE, seconds: SECONDS * 0.6, faults: 'remembering' });
    expect(judgement.excusedOverlaps).toBe(0);
    expect(judgement.holds).toBeGreaterThan(20);
  },
  SECONDS * 1e3 + REST,
);

test(
  'the server forgets everything, too: no stale write is accepted, nobody waits in vain',
  async () => {
    const { judgement } = await expectNothing({ ...SIZE, seconds: SECONDS * 0.3, faults: 'all' });
    expect(judgement.holds).toBeGreaterThan(20);
  },
  SECONDS * 1e3 + REST,
);
