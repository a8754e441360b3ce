/**
 * Fifty wait for one lock that is held for no time: what lies between one's release and the next one's turn, and whether turns go
 * by arrival. PING stands beside it as the measure of a trip.
 */
import { collectGarbage } from '../../measure.js';
import { seeded, shuffle } from '../../random.js';
import { median, quantile } from '../../statistics.js';
import type { Contestant, Participant } from '../contestants/contestant.js';
import { PING_IOREDIS, pingIoredis } from '../contestants/floors.js';
import { contestants } from '../contestants/index.js';
import { type Drained, inversions, Line, openAll, PARTICIPANTS, WAITERS } from '../line.js';
import type { Outcome, Reading, Settings } from './scene.js';

const PINGS = 100;

export async function measure({ quick, seed, port }: Settings): Promise<Outcome> {
  const random = seeded(seed);
  const [warmups, rounds] = quick ? [1, 3] : [2, 9];
  const ping = await pingIoredis.open(port);
  const field: [Contestant, Participant[]][] = [];
  for (const contestant of contestants) {
    const participants = await openAll(contestant, port);
    if (participants[0]!.acquire !== undefined) field.push([contestant, participants]);
    else for (const participant of participants) await participant.close();
  }
  const lines = new Map<string, Drained[]>(field.map(([{ name }]) => [name, []]));
  const trips: number[] = [];
  for (let round = -warmups; round < rounds; round++) {
    for (const [{ name }, participants] of shuffle([...field], random)) {
      collectGarbage('minor');
      const trip = await timePings(ping);
      const line = await Line.form(participants, `line of ${name}, ${round}`);
      const drained = await line.drain();
      if (round < 0) continue;
      trips.push(trip);
      lines.get(name)!.push(drained);
    }
  }
  for (const [, participants] of field) for (const participant of participants) await participant.close();
  await ping.close();
  return {
    readings: [
      { contestant: PING_IOREDIS, column: 'hand-off p50', unit: 'ms', samples: trips },
      ...Array.from(lines).flatMap(([name, drained]) => readings(name, drained)),
    ],
    notes: [
      `${rounds} interleaved rounds of ${WAITERS} waiters on ${PARTICIPANTS} participants, which came 2 ms apart. Inversions: pairs of ` +
        'waiters whose turns came in the other order than they did; at random it is 50 %.',
    ],
  };
}

async function timePings(ping: Participant): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < PINGS; i++) {
    const start = performance.now();
    await ping.pass('');
    times.push(performance.now() - start);
  }
  return median(times);
}

function readings(contestant: string, lines: readonly Drained[]): Reading[] {
  const all = lines.flatMap(({ handOffs }) => handOffs);
  const drained = lines.map(({ elapsed }) => elapsed);
  return [
    { contestant, column: 'hand-off p50', unit: 'ms', samples: lines.map(({ handOffs }) => median(handOffs)) },
    { contestant, column: 'hand-off p99', unit: 'ms', samples: [quantile(all, 0.99)] },
    { contestant, column: 'all 50 served', unit: 'ms', samples: drained },
    { contestant, column: 'turns', unit: '1/s', samples: drained.map((elapsed) => (WAITERS * 1e3) / elapsed) },
    { contestant, column: 'inversions', unit: '%', samples: lines.map(({ order }) => inversions(order)) },
  ];
}
