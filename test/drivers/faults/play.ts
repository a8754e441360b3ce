/**
 * What the fault tests have in common: the compiled client, a scene for each test, and waiting for lines of its log.
 */

import type { Entry, EntryOf } from '../../../examples/soak-redis/log/entry.js';
import { Scene, type SceneOptions } from '../../../examples/soak-redis/scene.js';
import type { Compiled } from '../../support/compiled-program.js';
import { compileFaultClient } from '../../support/fault-client.js';
import { redisProgram } from '../../support/redis-server.js';

export { shortest } from '../../support/shortest.js';

/**
 * How long a test of this kind may take, and their preparation where Redis must be installed first, in milliseconds.
 */
export const LONG = 240_000;
const INSTALLATION = 180_000;

/** Opens scenes, and ends them after each test. */
export interface Play {
  scene(options?: Partial<SceneOptions>): Promise<Scene>;
  /** What scenes are opened with. */
  options(): Promise<SceneOptions>;
}

/** To be called where the tests of a file are defined. */
export function prepare(): Play {
  let compiled: Compiled;
  let scenes: Scene[] = [];
  beforeAll(async () => {
    compiled = await compileFaultClient();
  }, INSTALLATION);
  afterEach(async () => {
    for (const scene of scenes) await scene.close();
    scenes = [];
  }, LONG);
  afterAll(() => compiled?.remove());
  const options = async (): Promise<SceneOptions> => {
    return { program: compiled.program, redisServer: await redisProgram() };
  };
  return {
    options,
    async scene(more = {}) {
      const scene = await Scene.open({ ...(await options()), ...more });
      scenes.push(scene);
      return scene;
    },
  };
}

/** The first line of this kind about an attempt. Attempts have names of their own in each test. */
export function line<T extends Entry['type']>(scene: Scene, type: T, attempt: string): Promise<EntryOf<T>> {
  const test = (entry: Entry): entry is EntryOf<T> =>
    entry.type === type && 'attempt' in entry && entry.attempt === attempt;
  return scene.referee.when<Entry>(test, `${type} of ${attempt}`) as Promise<EntryOf<T>>;
}
