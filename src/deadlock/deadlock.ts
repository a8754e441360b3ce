/**
 * What is said of a deadlock: a circle of holders, each of which waits for what the next one holds.
 */

/** One of those in the circle. */
export interface DeadlockMember {
  /** The lock that it holds: what the one before it waits for. */
  readonly lock: string;
  readonly key: string | undefined;
  /** Who it is, when its attempt gave a label. */
  readonly label: string | undefined;
  /** The lock that it waits for: the next one's. */
  readonly wants: string;
  readonly wantsKey: string | undefined;
  /** Where it asked for that: the innermost lines of the stack outside of this package, the innermost first. */
  readonly site: readonly string[];
  /** How long it has been waiting, in milliseconds. */
  readonly waited: number;
}

/**
 * A circle of holders that wait for one another, or one that waits for itself. The last to ask, whose attempt closed the
 * circle, comes first.
 *
 * @example
 * locks.watch({ onDeadlock: ({ members }) => log.error({ members }, 'deadlock') });
 */
export interface Deadlock {
  readonly members: readonly DeadlockMember[];
}

/** Each member in a line. Without keys, which spans and logs are not to have. */
export function deadlockLines({ members }: Deadlock): string[] {
  return members.map(({ lock, label, wants }) => {
    const holder = label === undefined ? 'an unlabelled holder' : JSON.stringify(label);
    return `${holder} holds "${lock}" and waits for "${wants}"`;
  });
}

/** All of them in one. */
export function describeDeadlock(deadlock: Deadlock): string {
  return deadlockLines(deadlock).join(', ');
}
