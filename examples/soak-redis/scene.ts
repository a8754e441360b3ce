/**
 * A scene: a referee, an engine, and clients that come and go, each in a process of its own and each behind a cable of
 * its own where the engine is one server.
 *
 * Invariant: `close()` ends everything that was started for it, whatever state that is in.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { RedisProcess } from '../shared/servers/redis-process.js';
import { check, type Judgement } from './checker/check.js';
import type { Limits } from './checker/finding.js';
import type { Entry, EntryOf } from './log/entry.js';
import { machineNow } from './log/machine-clock.js';
import { TcpProxy } from './network/tcp-proxy.js';
import { ClientProcess, RECOVERY } from './referee/client-process.js';
import type { ClientSettings, Engine } from './referee/commands.js';
import { Referee } from './referee/referee.js';
import { keysOf } from './servers/redis-cli.js';

/** How long everybody may take to come to an end, in milliseconds. */
const PATIENCE = 20_000;

/** How long what nobody holds any more may still look held, in milliseconds. */
const SETTLED = 5_000;

/** The shortest leases there are, in milliseconds: a second of disturbance is enough to lose one. */
export const LEASES = { lease: 1_000, handoffLease: 1_000, waiterTtl: 3_000 };

/** What a client of a scene is like, where it differs from a good one. */
export type Character = Partial<Pick<ClientSettings, 'driver' | 'heedsLoss' | 'knowsLeases' | 'engine'>>;

/** How a scene is set. */
export interface SceneOptions {
  /** The compiled client. */
  readonly program: string;
  /** The server's program. Default: `redis-server`. */
  readonly redisServer?: string;
  /** Whether the resource turns stale writes away. Default: yes. */
  readonly fencing?: boolean;
  /** Where the engine is, if it is not to be a server of the scene's own. */
  readonly engine?: Engine;
}

/** A client, and the cable between it and the server. */
export interface Player {
  readonly process: ClientProcess;
  /** Only to a server of the scene's own. */
  readonly cable: TcpProxy | undefined;
}

/** See above. */
export class Scene {
  private readonly players: Player[] = [];

  private constructor(
    private readonly options: SceneOptions,
    readonly referee: Referee,
    private readonly own: RedisProcess | undefined,
  ) {}

  static async open(options: SceneOptions): Promise<Scene> {
    const { engine, redisServer, fencing } = options;
    const own = engine === undefined ? await RedisProcess.start({ program: redisServer }) : undefined;
    return new Scene(options, await Referee.open(fencing), own);
  }

  /** The scene's own server. */
  get server(): RedisProcess {
    if (this.own === undefined) throw new Error('this scene has no server of its own');
    return this.own;
  }

  /** Of the servers in which something may be left behind; those of a failed-over deployment are unknown here. */
  private get ports(): readonly number[] {
    if (this.own !== undefined) return [this.own.port];
    const { engine } = this.options;
    return engine?.kind === 'cluster' ? engine.ports : [];
  }

  /** Lets a client come in. */
  async enter(name: string, character: Character = {}): Promise<Player> {
    const cable = this.own === undefined ? undefined : await TcpProxy.open(this.own.port);
    const engine = this.options.engine ?? { kind: 'url', url: `redis://127.0.0.1:${cable!.port}` };
    const settings = { process: name, engine, driver: LEASES, heedsLoss: true, knowsLeases: true, ...character };
    const process = await ClientProcess.start(this.options.program, this.referee, settings);
    const player = { process, cable };
    this.players.push(player);
    return player;
  }

  /** Does something to the server in which it may forget what it knew, and notes it. */
  async loseState(what: string, act: () => Promise<unknown>): Promise<void> {
    const at = machineNow();
    const note = (): void => {
      const until = machineNow() + RECOVERY;
      this.referee.note({ type: 'state-lost', at, until, what });
      this.referee.note({ type: 'disturbed', at, until, what });
    };
    note();
    await act();
    note();
  }

  /**
   * Lets everybody who lives come to an end, looks at what is left of `locks`, and judges the log.
   */
  async finish(locks: readonly string[], limits?: Limits): Promise<Judgement> {
    this.referee.note({ type: 'healed', at: machineNow() });
    const living = this.players.map(({ process }) => process).filter(({ alive }) => alive);
    for (const client of living) client.tell({ do: 'finish' });
    // Whoever does not come to an end is for the check to find.
    await Promise.allSettled(living.map(({ name }) => this.finished(name)));
    if (living.length > 0) await Promise.all(locks.map((lock) => this.inspect(living[0]!, lock)));
    await Promise.allSettled(living.map((client) => client.close()));
    const keys = await Promise.all(this.ports.map(keysOf));
    this.referee.note({ type: 'remains', at: machineNow(), keys: keys.flat() });
    return check(this.referee.log, limits);
  }

  /** Ends everything. */
  async close(): Promise<void> {
    for (const { process, cable } of this.players) {
      await process.stop();
      await cable?.close();
    }
    await this.referee.close();
    await this.own?.stop();
  }

  /**
   * Looks at a lock until it is free, or ought to be: a release that got no answer goes on trying in the background.
   */
  private async inspect(client: ClientProcess, lock: string): Promise<void> {
    const end = machineNow() + SETTLED;
    for (;;) {
      const asked = machineNow();
      client.tell({ do: 'inspect', lock });
      const test = (entry: Entry): entry is EntryOf<'inspected'> =>
        entry.type === 'inspected' && entry.lock === lock && entry.at > asked;
      const { locked, depth } = await this.referee.when(test, `${lock} to be inspected`, PATIENCE);
      if ((!locked && depth === 0) || machineNow() > end) return;
      await sleep(50);
    }
  }

  private finished(name: string): Promise<unknown> {
    const test = (entry: Entry): boolean =>
      (entry.type === 'finished' || entry.type === 'ended') && entry.process === name;
    return this.referee.when(test, `${name} to finish`, PATIENCE);
  }
}
