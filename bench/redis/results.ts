/** What a run has measured, and the questions that the tables and the bars ask of it. */
import { median, ratio } from '../statistics.js';
import type { Outcome, Reading, Scene } from './scenes/scene.js';

/** One scene's results. */
export interface SceneResult extends Outcome {
  scene: Scene;
}

/** The results of a run, by scene. */
export class Results {
  constructor(readonly scenes: readonly SceneResult[]) {}

  /** One cell; `undefined` when it was not measured. */
  reading(scene: string, column: string, contestant: string): Reading | undefined {
    const found = this.scenes.find((result) => result.scene.name === scene);
    return found?.readings.find((reading) => reading.column === column && reading.contestant === contestant);
  }

  /** The middle of a cell's samples. */
  middle(scene: string, column: string, contestant: string): number | undefined {
    const reading = this.reading(scene, column, contestant);
    return reading && median(reading.samples);
  }

  /** How many times what another has in the same rounds. */
  ratio(scene: string, column: string, contestant: string, base: string): number | undefined {
    const [one, other] = [this.reading(scene, column, contestant), this.reading(scene, column, base)];
    return one && other && ratio(one.samples, other.samples);
  }

  /** All cells, for a file. */
  toJSON(): unknown {
    return this.scenes.map(({ scene, readings, notes }) => ({ scene: scene.name, readings, notes }));
  }
}
