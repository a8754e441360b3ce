/**
 * Random schedules against a model: what nobody thought of.
 */
import { AssertionError } from 'node:assert/strict';
import { Model } from '../model.js';
import { Random } from '../random.js';
import type { Scenario } from '../scenario.js';

const SCHEDULES = 100;
const STEPS = 16;
const DRIVERS = 3;

export const schedules: readonly Scenario[] = [
  {
    title: `${SCHEDULES} random schedules go as a model of them does`,
    async play(scene) {
      const seed = scene.harness.seed ?? Math.floor(Math.random() * 2 ** 32);
      const random = new Random(seed);
      const drivers = await scene.openAll(DRIVERS);
      for (let i = 0; i < SCHEDULES; i++) {
        const model = new Model(scene, drivers, scene.resource(`schedule ${i}`), random);
        const steps: string[] = [];
        try {
          for (let k = 0; k < STEPS; k++) steps.push(await model.step());
          await model.rest();
        } catch (error) {
          const message = `${(error as Error).message} (seed ${seed}, schedule ${i}, after: ${steps.join(', ')})`;
          throw new AssertionError({ message });
        }
      }
    },
  },
];
