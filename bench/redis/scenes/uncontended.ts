/**
 * Nobody waits. One caller after the other, each with a name that was used before, as most are; and 50 callers at once with a name
 * each. The rounds of all contestants are interleaved and short, for whatever else the machine does is to hit all of them.
 */
import { collectGarbage } from '../../measure.js';
import { seeded, shuffle } from '../../random.js';
import { median, quantile } from '../../statistics.js';
import type { Contestant, Participant } from '../contestants/contestant.js';
import { contestants } from '../contestants/index.js';
import { type ServerSide, serverSide } from '../server-side.js';
import type { Outcome, Reading, Settings } from './scene.js';

const CALLERS = 50;

/** What one contestant was measured to be. */
class Row {
  readonly p50: number[] = [];
  readonly latencies: number[] = [];
  readonly rate: number[] = [];
  readonly clientCpu: number[] = [];
  readonly serverCpu: number[] = [];

  constructor(
    readonly contestant: Contestant,
    readonly participant: Participant,
  ) {}
}

export async function measure({ quick, seed, port }: Settings): Promise<Outcome> {
  const random = seeded(seed);
  const [warmups, rounds, operations] = quick ? [4, 15, 100] : [10, 75, 100];
  const server = await serverSide(port);
  const rows: Row[] = [];
  for (const contestant of contestants) {
    if (contestant.waitsOnly !== true) rows.push(new Row(contestant, await contestant.open(port)));
  }
  for (let round = -warmups; round < rounds; round++) {
    for (const row of shuffle([...rows], random)) {
      collectGarbage('minor');
      await takeSample(row, server, operations, round < 0);
    }
  }
  for (const { participant } of rows) await participant.close();
  await server.close();
  const size = `${rounds} interleaved rounds of ${operations} passes by one caller, and of as many by ${CALLERS} callers`;
  return { readings: rows.flatMap(readings), notes: [`${size}. CPU is processor time for a pass by one caller.`] };
}

async function takeSample(row: Row, server: ServerSide, operations: number, warmup: boolean): Promise<void> {
  const { participant } = row;
  for (let i = 0; i < 10; i++) await participant.pass('bench-0');
  const serverBefore = await server.cpu();
  const clientBefore = process.cpuUsage();
  const latencies = await oneByOne(participant, operations);
  const { user, system } = process.cpuUsage(clientBefore);
  const serverCpu = (await server.cpu()) - serverBefore;
  const rate = await atOnce(participant, operations);
  if (warmup) return;
  row.p50.push(median(latencies));
  row.latencies.push(...latencies);
  row.rate.push(rate);
  row.clientCpu.push((user + system) / operations);
  row.serverCpu.push(serverCpu / operations);
}

/** Milliseconds of each pass. */
async function oneByOne(participant: Participant, operations: number): Promise<number[]> {
  const latencies: number[] = [];
  for (let i = 0; i < operations; i++) {
    const start = performance.now();
    await participant.pass(`bench-${i % CALLERS}`);
    latencies.push(performance.now() - start);
  }
  return latencies;
}

/** Passes per second by 50 callers, no two of whom want the same lock. */
async function atOnce(participant: Participant, operations: number): Promise<number> {
  const start = performance.now();
  await Promise.all(
    Array.from({ length: CALLERS }, async (_, caller) => {
      for (let i = 0; i < operations / CALLERS; i++) await participant.pass(`bench-${caller}`);
    }),
  );
  return (operations * 1e3) / (performance.now() - start);
}

function readings({ contestant, p50, latencies, rate, clientCpu, serverCpu }: Row): Reading[] {
  const { name, floor } = contestant;
  return [
    { contestant: name, column: 'p50', unit: 'ms', samples: p50, against: floor },
    { contestant: name, column: 'p99', unit: 'ms', samples: [quantile(latencies, 0.99)] },
    { contestant: name, column: '50 callers', unit: '1/s', samples: rate },
    { contestant: name, column: 'client CPU', unit: 'µs', samples: clientCpu },
    { contestant: name, column: 'server CPU', unit: 'µs', samples: serverCpu },
  ];
}
