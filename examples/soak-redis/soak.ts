/**
 * One soak: clients that lock without end, a schedule of faults over them and their server, and a verdict when the time
 * is over.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { disturbClient, disturbServer, isServerFault } from './apply-fault.js';
import type { Judgement } from './checker/check.js';
import { type Character, type Player, Scene, type SceneOptions } from './scene.js';
import { type Fault, type Faults, scheduleOf } from './schedule.js';

const LOCKS = ['stock', 'till'];
const LOOPS = 3;

/** How much there is to do. */
export interface SoakSize {
  readonly seconds: number;
  readonly seed: number;
  readonly clients: number;
  readonly faults: Faults;
  /** What all clients are like, where they differ from good ones. */
  readonly character?: Character;
}

/** What came of it. */
export interface Soak {
  readonly judgement: Judgement;
  /** How often each fault came. */
  readonly faults: Readonly<Record<string, number>>;
}

/** Runs one and judges it. */
export async function soak(options: SceneOptions, size: SoakSize): Promise<Soak> {
  const scene = await Scene.open(options);
  try {
    const stage = new Stage(scene, size);
    await stage.fill();
    const faults = await stage.torment();
    return { judgement: await scene.finish(LOCKS), faults };
  } finally {
    await scene.close();
  }
}

/** The clients, each of which is replaced when it is killed. */
class Stage {
  private readonly players: Player[] = [];
  private entered = 0;

  constructor(
    private readonly scene: Scene,
    private readonly size: SoakSize,
  ) {}

  async fill(): Promise<void> {
    await Promise.all(Array.from({ length: this.size.clients }, (_, place) => this.enter(place)));
  }

  /** Carries the schedule out until the time is over, and then everything is well again. */
  async torment(): Promise<Record<string, number>> {
    const { seconds, seed, clients, faults } = this.size;
    const end = performance.now() + seconds * 1e3;
    const done: Record<string, number> = {};
    /** Faults of different clients overlap; one whose turn comes while its victim suffers from another is left out. */
    const suffering = new Map<number, Promise<void>>();
    for (const fault of scheduleOf(seed, clients, faults)) {
      await sleep(Math.min(fault.after, Math.max(0, end - performance.now())));
      if (performance.now() >= end) break;
      const victim = isServerFault(fault.kind) ? clients : fault.client;
      if (suffering.has(victim)) continue;
      const over = this.carryOut(fault).then(() => void suffering.delete(victim));
      over.catch(() => {}); // it stays in the map, and is thrown below
      suffering.set(victim, over);
      done[fault.kind] = (done[fault.kind] ?? 0) + 1;
    }
    await sleep(Math.max(0, end - performance.now()));
    await Promise.all(suffering.values());
    for (const { cable } of this.players) cable?.heal();
    return done;
  }

  private async carryOut({ kind, client, time }: Fault): Promise<void> {
    if (isServerFault(kind)) {
      await disturbServer(this.scene, kind, time);
      return;
    }
    await disturbClient(this.players[client]!, kind, time);
    if (kind === 'kill') await this.enter(client);
  }

  private async enter(place: number): Promise<void> {
    const number = ++this.entered;
    const player = await this.scene.enter(`p${place}.${number}`, this.size.character);
    this.players[place] = player;
    player.process.tell({ do: 'loop', seed: this.size.seed + number, locks: LOCKS, loops: LOOPS });
  }
}
