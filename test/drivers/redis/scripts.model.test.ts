/**
 * The scripts against a model, under random schedules: asks, releases, renewals and tends of three processes, some of them late
 * or sent twice, time that passes or goes back, processes that hear nothing, and every kind of loss. Each reply and the whole
 * state must agree after each step, no key may be without an expiry, and tokens and tickets must grow.
 *
 * `LOCKMETER_SEED=… LOCKMETER_RUNS=… npx jest test/drivers/redis/scripts.model.test.ts` replays or extends it.
 */
import fc from 'fast-check';
import type { OwnerReply } from '../../../src/drivers/redis/protocol.js';
import { ModelServer, type Part } from './model-server.js';
import { HANDOFF_LEASE, LEASE, type ScriptProcess, ScriptStage, WAITER_TTL } from './script-stage.js';

const seed = Number(process.env.LOCKMETER_SEED ?? Date.now() % 2 ** 31);
const numRuns = Number(process.env.LOCKMETER_RUNS ?? 40);
const PARTS: Part[] = ['state', 'queue', 'waiters'];

let stage: ScriptStage;
const processes: ScriptProcess[] = [];

beforeAll(async () => {
  process.stderr.write(`redis scripts: LOCKMETER_SEED=${seed} LOCKMETER_RUNS=${numRuns}\n`);
  stage = await ScriptStage.open();
  processes.push(await stage.process('a'), await stage.process('b'), await stage.process('c', false));
});
afterAll(() => stage.close());

/** A schedule in progress: the server, its model, and what the processes remember. */
class Run {
  readonly model = new ModelServer();
  readonly tickets = processes.map(() => new Map<string, number>());
  readonly tokens = new Map<string, number>();
  readonly lastIds = processes.map(() => 0);
  known: OwnerReply | undefined;
  lastToken = 0;
  forgot = false;

  private check(actual: unknown, expected: unknown): void {
    expect(actual).toEqual(expected);
  }

  private granted(p: number, id: string, token: number): void {
    this.tokens.set(id, token);
    this.tickets[p]!.delete(id);
  }

  /** The newest id of this process, or one of those before. */
  id(p: number, back: number): string {
    this.lastIds[p]! ||= 1;
    return `${processes[p]!.name}-${Math.max(1, this.lastIds[p]! - back)}`;
  }

  newId(p: number): string {
    this.lastIds[p]!++;
    return this.id(p, 0);
  }

  async acquire(p: number, id: string, wait: boolean, maxQueue: number): Promise<void> {
    const { settings } = processes[p]!;
    const reply = await processes[p]!.acquire(id, { wait, maxQueue });
    this.check(reply, this.model.acquire({ ...processes[p]!.record(id), wait, maxQueue }, settings));
    if (reply.type === 'granted') this.granted(p, id, reply.token);
    else this.known = reply.owner;
    if (reply.type === 'queued') this.tickets[p]!.set(id, reply.ticket);
  }

  async release(p: number, id: string): Promise<void> {
    const { settings } = processes[p]!;
    this.check(await processes[p]!.release(id), this.model.release(id, settings));
    this.tickets[p]!.delete(id);
  }

  async renew(p: number, id: string): Promise<void> {
    const token = this.tokens.get(id);
    if (token === undefined) return;
    const { info } = processes[p]!.record(id);
    this.check(await processes[p]!.renew(id, token), this.model.renew({ id, token, lease: LEASE, info }));
  }

  async tend(p: number, knows: boolean): Promise<void> {
    const { settings } = processes[p]!;
    const knownOwner = knows ? this.known : undefined;
    const waiters = [...this.tickets[p]!].map(([id, ticket]) => ({ ...processes[p]!.record(id), ticket }));
    const reply = await processes[p]!.tend(Object.fromEntries(this.tickets[p]!), knownOwner);
    this.check(reply, this.model.tend({ waiters, knownOwner }, settings));
    this.known = reply.owner;
    if (reply.owner !== undefined && this.tickets[p]!.has(reply.owner.id))
      this.granted(p, reply.owner.id, reply.owner.token);
  }

  async pass(ms: number): Promise<void> {
    await stage.pass(ms);
    this.model.us = stage.nowUs;
  }

  async lose(parts: Part[]): Promise<void> {
    this.forgot = true;
    this.lastToken = 0;
    for (const part of parts) {
      await stage.redis.del(stage.keys[part]);
      this.model.forget(part);
    }
  }

  async hearing(p: number, hears: boolean): Promise<void> {
    const { channel } = processes[p]!.settings;
    if (hears) this.model.deaf.delete(channel);
    else this.model.deaf.add(channel);
    await (hears ? processes[p]!.hear() : processes[p]!.deaf());
  }

  async agree(): Promise<void> {
    const state = await processes[0]!.inspect();
    this.check(state, this.model.inspect());
    const token = Number(await stage.redis.hget(stage.keys.state, 't'));
    expect(token).toBeGreaterThanOrEqual(this.lastToken);
    this.lastToken = token;
    // Two memories of one server may give out one ticket twice if its clock was set back between them.
    if (!this.forgot) expect(new Set(state.next.map(({ ticket }) => ticket)).size).toBe(state.next.length);
    for (const key of stage.keys.all) expect(await stage.redis.pttl(key)).not.toBe(-1);
    // What the short ways of acquire and release rest on.
    if ((await stage.redis.hget(stage.keys.state, 'o')) === '')
      expect(await stage.redis.zcard(stage.keys.queue)).toBe(0);
  }

  /** Everybody leaves. Nothing may stay but the state. */
  async rest(): Promise<void> {
    for (const p of processes.keys()) await this.hearing(p, true);
    for (const [p, { name }] of processes.entries()) {
      for (let i = 1; i <= Math.max(1, this.lastIds[p]!); i++) await this.release(p, `${name}-${i}`);
    }
    expect((await processes[0]!.inspect()).depth).toBe(0);
    // The records of a line that was lost stay until they expire.
    const may = this.forgot ? [stage.keys.state, stage.keys.waiters] : [stage.keys.state];
    expect((await stage.left()).filter((key) => !may.includes(key))).toEqual([]);
    for (const each of processes) {
      await each.heard();
      const expected = this.model.wakes.filter(({ channel }) => channel === each.settings.channel);
      expect(each.wakes).toEqual(expected.map(({ channel: _channel, ...message }) => message));
    }
  }
}

type Step = (run: Run) => Promise<void>;
const who = fc.nat({ max: 2 });
const back = fc.oneof(fc.constant(0), fc.nat({ max: 4 }));
const time = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map((tenths) => tenths / 10.24),
  fc.constantFrom(HANDOFF_LEASE, HANDOFF_LEASE / 2, LEASE, LEASE / 3, WAITER_TTL, WAITER_TTL + 1),
  fc.integer({ min: -20_000, max: 0 }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.tuple(who, fc.boolean(), fc.constantFrom(-1, -1, -1, 0, 2)).map(
      ([p, wait, max]): Step =>
        (run) =>
          run.acquire(p, run.newId(p), wait, max),
    ),
  },
  {
    // What happens most: a turn of somebody who meets nobody, if the lock is free.
    weight: 6,
    arbitrary: fc.tuple(who, fc.boolean()).map(
      ([p, wait]): Step =>
        async (run) => {
          await run.pass(1);
          await run.acquire(p, run.newId(p), wait, -1);
          await run.release(p, run.id(p, 0));
        },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(who, back).map(
      ([p, n]): Step =>
        (run) =>
          run.acquire(p, run.id(p, n), true, -1),
    ),
  },
  {
    weight: 10,
    arbitrary: fc.tuple(who, back).map(
      ([p, n]): Step =>
        (run) =>
          run.release(p, run.id(p, n)),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(who, back).map(
      ([p, n]): Step =>
        (run) =>
          run.renew(p, run.id(p, n)),
    ),
  },
  {
    weight: 8,
    arbitrary: fc.tuple(who, fc.boolean()).map(
      ([p, knows]): Step =>
        (run) =>
          run.tend(p, knows),
    ),
  },
  {
    weight: 10,
    arbitrary: time.map(
      (ms): Step =>
        (run) =>
          run.pass(ms),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(who, fc.boolean()).map(
      ([p, hears]): Step =>
        (run) =>
          run.hearing(p, hears),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.subarray(PARTS, { minLength: 1 }).map(
      (parts): Step =>
        (run) =>
          run.lose(parts),
    ),
  },
);

test('replies, state, wake-ups and what is left are those of the model', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 60, size: 'max' }), async (steps) => {
      await stage.reset();
      const run = new Run();
      for (const each of steps) {
        run.model.us = stage.nowUs;
        await each(run);
        run.model.us = stage.nowUs;
        await run.agree();
      }
      await run.rest();
    }),
    { seed, numRuns },
  );
});
