/**
 * A scene is a situation that locks are in, with what is read off them there. Each is measured in a process of its own, one
 * after the other, against the one server of the run.
 */

/** How a run is done. */
export interface Settings {
  quick: boolean;
  seed: number;
  /** Of the server. */
  port: number;
}

/** What a column is in; `''` for a plain number. */
export type Unit = 'ms' | 'µs' | '1/s' | '%' | 'B' | '';

/** What was read off one contestant. Sample n of all contestants is of the same round where there are several. */
export interface Reading {
  contestant: string;
  column: string;
  unit: Unit;
  samples: number[];
  /** The contestant that the table compares it with. */
  against?: string;
}

/** What a scene has found. */
export interface Outcome {
  readings: Reading[];
  /** Sentences for under the table. */
  notes: string[];
}

/** What a scene's module exports. */
export interface SceneModule {
  measure(settings: Settings): Promise<Outcome>;
}

/** A scene, before its module is loaded. */
export interface Scene {
  /** What `--only` takes. */
  readonly name: string;
  readonly title: string;
  load(): Promise<SceneModule>;
}
