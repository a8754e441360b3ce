/**
 * What is done to the clients and the server of a soak, decided before it is done: the same seed gives the same
 * schedule, whatever the machine makes of the moments.
 */
import { seeded } from '../../bench/random.js';
import { LEASES } from './scene.js';

/** What can be done to a client. */
export type ClientFault =
  | 'kill'
  | 'pause'
  | 'stall'
  | 'cut'
  | 'deafen'
  | 'blackhole'
  | 'half-open'
  | 'slow'
  | 'lose-reply';
/** What can be done to the server. */
export type ServerFault = 'flush' | 'flush-scripts' | 'restart' | 'freeze';

/** One of them. Times in milliseconds. */
export interface Fault {
  readonly kind: ClientFault | ServerFault;
  /** The rest before it. */
  readonly after: number;
  /** Which client, where it is done to one: a number from 0. */
  readonly client: number;
  /** How long it lasts, where it does. */
  readonly time: number;
}

/** How often each comes, relative to the others; and how long it lasts at least and at most, in milliseconds. */
const FAULTS: Record<Fault['kind'], { readonly weight: number; readonly time: readonly [number, number] }> = {
  kill: { weight: 4, time: [0, 0] },
  pause: { weight: 4, time: [300, 2 * LEASES.lease] },
  stall: { weight: 4, time: [300, 2 * LEASES.lease] },
  cut: { weight: 3, time: [0, 0] },
  deafen: { weight: 3, time: [0, 0] },
  blackhole: { weight: 3, time: [300, 2 * LEASES.lease] },
  'half-open': { weight: 2, time: [300, 2 * LEASES.lease] },
  slow: { weight: 3, time: [500, 1_500] },
  'lose-reply': { weight: 3, time: [0, 0] },
  flush: { weight: 1, time: [0, 0] },
  'flush-scripts': { weight: 2, time: [0, 0] },
  restart: { weight: 1, time: [0, 0] },
  freeze: { weight: 1, time: [100, 500] },
};

/** Those that make the server forget. */
const FORGETTING: readonly Fault['kind'][] = ['flush', 'restart'];

/** The longest rest between two faults. */
const REST = 700;

/** What is disturbed: nothing; everything but what the server knows; or everything. */
export type Faults = 'none' | 'remembering' | 'all';

/** The faults of a soak without end, in their order. */
export function* scheduleOf(seed: number, clients: number, faults: Faults): Generator<Fault> {
  if (faults === 'none') return;
  const random = seeded(seed);
  const all = Object.keys(FAULTS) as Fault['kind'][];
  const kinds = faults === 'all' ? all : all.filter((kind) => !FORGETTING.includes(kind));
  const bag = kinds.flatMap((kind) => Array.from({ length: FAULTS[kind].weight }, () => kind));
  for (;;) {
    const kind = bag[Math.floor(random() * bag.length)]!;
    const [least, most] = FAULTS[kind].time;
    const after = random() * REST;
    const client = Math.floor(random() * clients);
    yield { kind, after, client, time: least + random() * (most - least) };
  }
}
