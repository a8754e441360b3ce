/**
 * Attempts drawn from a seed: the same seed gives the same ones, whatever the machine makes of the moments.
 */
import { seeded } from '../../../bench/random.js';
import type { AttemptCommand, LoopCommand } from '../referee/commands.js';

/** The part of the attempts that do not wait for ever, and for how long they do, in milliseconds. */
const HASTY = 0.15;
const PATIENCE = 400;
/** The longest time inside, and the longest rest after it, in milliseconds. */
const STAY = 25;
const REST = 30;
/** The part of the attempts that stay longer than a lease, so that it must be renewed, and the longest of them. */
const SLOW = 0.02;
const LONG_STAY = 2_000;

/** For each loop the attempts without end; `rest` is the pause after each. */
export function loopAttempts({
  seed,
  locks,
  loops,
}: LoopCommand): Iterable<AttemptCommand & { readonly rest: number }>[] {
  return Array.from({ length: loops }, (_, loop) => attemptsOf(loop, seeded(seed * 1_000 + loop), locks));
}

function* attemptsOf(
  loop: number,
  random: () => number,
  locks: readonly string[],
): Generator<AttemptCommand & { readonly rest: number }> {
  for (let number = 1; ; number++) {
    const lock = locks[Math.floor(random() * locks.length)]!;
    const timeout = random() < HASTY ? Math.ceil(random() * PATIENCE) : undefined;
    const stay = random() * (random() < SLOW ? LONG_STAY : STAY);
    const rest = random() * REST;
    yield { do: 'attempt', attempt: `${loop}.${number}`, lock, timeout, stay, pace: 5, rest };
  }
}
