/** What a run has measured, and the questions that the report and the bars ask of it. */
import type { Measurement, Outcome, Scenario } from './scenarios/scenario.js';
import { ratio } from './statistics.js';

/** One scenario's results. */
export interface ScenarioResult extends Outcome {
  scenario: Scenario;
}

/** The results of a run, by scenario. */
export class Results {
  constructor(readonly scenarios: readonly ScenarioResult[]) {}

  /** The samples of one cell; `undefined` when it was not measured. */
  samples(scenario: string, load: string, peer: string): number[] | undefined {
    const found = this.scenarios.find((result) => result.scenario.name === scenario);
    return found?.measurements.find((measured) => measured.load === load && measured.peer === peer)?.samples;
  }

  /** How many times dearer one contestant is than another under the same load. */
  ratio(scenario: string, load: string, peer: string, base: string): number | undefined {
    const samples = this.samples(scenario, load, peer);
    const baseSamples = this.samples(scenario, load, base);
    return samples && baseSamples && ratio(samples, baseSamples);
  }

  /** All cells, for a file. */
  toJSON(): unknown {
    return this.scenarios.map(({ scenario, measurements, notes }: ScenarioResult) => ({
      scenario: scenario.name,
      measurements: measurements.map(({ load, peer, unit, samples }: Measurement) => ({ load, peer, unit, samples })),
      notes,
    }));
  }
}
