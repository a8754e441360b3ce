/** The bars: what the Redis driver promises about its cost, against floors of the same run. */
import type { Figure } from '../figures.js';
import { PAIR_IOREDIS, PAIR_NODE_REDIS, PING_IOREDIS } from './contestants/floors.js';
import { HOLD_IOREDIS, HOLD_NODE_REDIS, RUN_IOREDIS, RUN_NODE_REDIS } from './contestants/lockmeter.js';
import { RENEWALS_IOREDIS, RENEWALS_NODE_REDIS } from './contestants/renewals.js';
import { PARTICIPANTS } from './line.js';
import type { Results } from './results.js';

/** All bars, against these results. */
export function figures(results: Results): Figure[] {
  const table: Figure[] = [];
  const add = (figure: string, bar: number, measured: number | undefined): void => {
    table.push({ figure, bar, measured });
  };
  const pairs: [string, string][] = [
    [HOLD_IOREDIS, PAIR_IOREDIS],
    [RUN_IOREDIS, PAIR_IOREDIS],
    [HOLD_NODE_REDIS, PAIR_NODE_REDIS],
    [RUN_NODE_REDIS, PAIR_NODE_REDIS],
  ];
  for (const [ours, floor] of pairs) {
    add(`nobody waits, p50: ${ours} ÷ ${floor}`, 1.35, results.ratio('uncontended', 'p50', ours, floor));
  }
  const renewals: [string, string][] = [
    [HOLD_IOREDIS, RENEWALS_IOREDIS],
    [HOLD_NODE_REDIS, RENEWALS_NODE_REDIS],
  ];
  for (const [ours, floor] of renewals) {
    add(`1 000 held, client CPU: ${ours} ÷ ${floor}`, 1.35, results.ratio('held', 'client CPU', ours, floor));
  }
  const ping = results.middle('contended', 'hand-off p50', PING_IOREDIS);
  for (const ours of [HOLD_IOREDIS, HOLD_NODE_REDIS]) {
    const handOff = results.middle('contended', 'hand-off p50', ours);
    add(`50 wait, hand-off p50 in ms, bar 2.5 × PING + 0.3: ${ours}`, allowed(ping), handOff);
    add(`50 wait, inversions in %: ${ours}`, 0, results.middle('contended', 'inversions', ours));
    add(`50 wait, commands per turn: ${ours}`, 2.1, results.middle('waiting', 'commands per turn', ours));
    // One sign of life for all waiters of a process, and nothing for each of them.
    const sent = results.middle('waiting', 'sent while waiting', ours);
    add(`50 wait, commands while they do, in 3 s: ${ours}`, PARTICIPANTS, sent);
    add(`10 000 wait, connections: ${ours}`, 2, results.middle('many', 'connections', ours));
    add(`10 000 wait, bytes per waiter: ${ours}`, 1_536, results.middle('many', 'bytes per waiter', ours));
    // A lease of 15 s is renewed each third of it, give or take a tenth.
    add(`1 000 held, renewals in 5 s: ${ours}`, 1_100, results.middle('held', 'renewals in 5 s', ours));
    add(`1 000 held, client CPU in %: ${ours}`, 1, results.middle('held', 'client CPU', ours));
  }
  return table;
}

function allowed(ping: number | undefined): number {
  return ping === undefined ? 0 : Number((2.5 * ping + 0.3).toFixed(2));
}
