/**
 * Which locks an async context holds: a chain of frames, the innermost hold first, one for each body that it is inside of.
 *
 * Invariant: a chain is as long as the locks that are held in it. A context outlives a hold (a timer set in a body has it for
 * ever), so frames of holds that have ended are left out whenever a chain grows: otherwise a body that starts the next one
 * would leave a longer chain each time.
 */
import type { Hold } from '../hold.js';

export interface HeldFrame {
  readonly hold: Hold;
  /** The name of the function that awaits the body, by which a chain of awaits is known to end in it. */
  readonly marker: string | undefined;
  outer: HeldFrame | undefined;
}

/** The innermost frame whose hold lasts. */
export function lasting(frame: HeldFrame | undefined): HeldFrame | undefined {
  let found = frame;
  while (found !== undefined && found.hold.owner.holder !== found.hold) found = found.outer;
  return found;
}

/** Leaves out the frames of holds that have ended, and returns the innermost that is left. */
export function pruned(frame: HeldFrame | undefined): HeldFrame | undefined {
  const innermost = lasting(frame);
  for (let each = innermost; each !== undefined; each = each.outer) each.outer = lasting(each.outer);
  return innermost;
}

/** All of a chain, the innermost first. */
export function framesOf(frame: HeldFrame): HeldFrame[] {
  const frames: HeldFrame[] = [];
  for (let each: HeldFrame | undefined = frame; each !== undefined; each = each.outer) frames.push(each);
  return frames;
}
