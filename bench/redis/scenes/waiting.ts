/**
 * The same line, and what it costs the server in commands: while everybody waits and nothing happens, and for each turn. Nothing
 * is timed here, for the counter makes the server slower.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandCounter, type Counts, spell, total } from '../commands.js';
import type { Contestant, Participant } from '../contestants/contestant.js';
import { contestants } from '../contestants/index.js';
import { Line, openAll, WAITERS } from '../line.js';
import type { Outcome, Settings } from './scene.js';

/** From the last arrival until it is certain that the server has seen it. */
const SETTLE = 100;

export async function measure({ quick, port }: Settings): Promise<Outcome> {
  const outcome: Outcome = { readings: [], notes: [] };
  const sent: string[] = [];
  const pause = quick ? 1_000 : 3_000;
  const counter = await CommandCounter.open(port);
  for (const contestant of contestants) {
    const participants = await openAll(contestant, port);
    if (participants[0]!.acquire !== undefined) {
      const { arriving, waiting, leaving } = await count(contestant, participants, counter, pause);
      const turn = (total(arriving) + total(leaving)) / (WAITERS + 1);
      outcome.readings.push(
        { contestant: contestant.name, column: 'commands per turn', unit: '', samples: [turn] },
        { contestant: contestant.name, column: 'sent while waiting', unit: '', samples: [total(waiting)] },
      );
      const phases = `${spell(arriving)} to queue up; ${spell(waiting)} to wait; ${spell(leaving)} to be served`;
      sent.push(`- ${contestant.name}: ${phases}`);
    }
    for (const participant of participants) await participant.close();
  }
  await counter.close();
  outcome.notes.push(
    sent.join('\n'),
    `A turn is acquire and release of the first holder and of the ${WAITERS}, without what was sent while they waited, for ${pause / 1e3} s. ` +
      'What a script calls on the server is not counted, for it makes no trip. lockmeter sends one sign of life ' +
      'every 3 s for all waiters that a process has for a lock.',
  );
  return outcome;
}

async function count(
  { name }: Contestant,
  participants: readonly Participant[],
  counter: CommandCounter,
  pause: number,
): Promise<{ arriving: Counts; waiting: Counts; leaving: Counts }> {
  // Scripts are loaded with the first use, and channels are subscribed to.
  for (const participant of participants) await participant.pass(`first of ${name}`);
  await counter.take();
  const line = await Line.form(participants, `counted line of ${name}`);
  await sleep(SETTLE);
  const arriving = await counter.take();
  await sleep(pause);
  const waiting = await counter.take();
  await line.drain();
  return { arriving, waiting, leaving: await counter.take() };
}
