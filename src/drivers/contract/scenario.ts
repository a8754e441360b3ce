/**
 * A case as the suite's files write it: what is demanded, what of a harness it needs, and the play.
 */
import type { Scene } from './scene.js';

export interface Scenario {
  readonly title: string;
  /** What the harness must have, for this case to be played. */
  readonly needs?: 'takeAway' | 'lease' | 'disconnect';
  readonly play: (scene: Scene) => Promise<void>;
}
