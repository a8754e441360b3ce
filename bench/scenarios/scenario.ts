/**
 * What a scenario is: an environment (the state of a whole process) in which some loads are measured. It runs in a child
 * process, one at a time, since an environment cannot be taken back: once a context manager is registered, every promise
 * of the process is slower.
 */

/** How a run is done. */
export interface Settings {
  quick: boolean;
  seed: number;
}

/** What one contestant's samples were under one load. */
export interface Measurement {
  load: string;
  peer: string;
  unit: 'ns' | 'B';
  samples: number[];
}

/** What a child process reports. */
export interface Outcome {
  measurements: Measurement[];
  /** Sentences to print under the table. */
  notes: string[];
}

/** What a scenario's module exports. */
export interface ScenarioModule {
  measure(settings: Settings, part: string): Promise<Outcome>;
  /** Measured in a fresh process each; without it, one process measures all. */
  parts?(settings: Settings): string[];
}

/** A scenario, before its module is loaded. */
export interface Scenario {
  /** What `--only` takes. */
  readonly name: string;
  readonly title: string;
  /** The contestant that the table's ratios are against. */
  readonly base?: string;
  load(): Promise<ScenarioModule>;
}

/** The measurements of one load, from samples by contestant. */
export function measurements(load: string, unit: 'ns' | 'B', samples: Map<string, number[]>): Measurement[] {
  return [...samples].map(([peer, values]) => ({ load, peer, unit, samples: values }));
}
