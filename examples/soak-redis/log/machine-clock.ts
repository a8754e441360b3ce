/**
 * One clock for all processes of this machine: what one of them stamps can be compared with what another one does,
 * however the wall clock is set. Milliseconds.
 */

/** Now, on the machine's monotonic clock. */
export function machineNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** A process's `performance.now()` counts on the same clock from its own beginning. */
const ORIGIN = machineNow() - performance.now();

/** The same moment, given on the clock of this process's `performance.now()`. */
export function machineTime(time: number): number {
  return time + ORIGIN;
}
