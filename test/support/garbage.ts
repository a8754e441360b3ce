/**
 * What is still referred to, and what is not: the collector, called when a test wants to know.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { turn } from './ticks.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** How many of `objects` are there after a full collection. */
export async function survivors(objects: readonly WeakRef<object>[]): Promise<number> {
  // What was looked at stays until the turn is over.
  for (let i = 0; i < 3; i++) {
    await turn();
    collect();
  }
  return objects.filter((object) => object.deref() !== undefined).length;
}
