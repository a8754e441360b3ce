/**
 * All waiters that wait on one signal, behind one listener: `addEventListener` compares a new listener with every one that
 * is there, so a listener per waiter would make 10 000 waiters on a request's or a shutdown signal quadratic.
 *
 * Invariant: the listener is on the signal exactly while somebody waits on it.
 */

/** Called with `signal.reason`, at most once, and not after it left the group. */
export interface AbortMember {
  onAbort(reason: unknown): void;
}

const groups = new WeakMap<AbortSignal, AbortGroup>();
const ONCE = { once: true };

export class AbortGroup {
  private readonly members = new Set<AbortMember>();

  private constructor(private readonly signal: AbortSignal) {}

  static join(signal: AbortSignal, member: AbortMember): AbortGroup {
    let group = groups.get(signal);
    if (group === undefined) {
      group = new AbortGroup(signal);
      groups.set(signal, group);
      signal.addEventListener('abort', group, ONCE);
    }
    group.members.add(member);
    return group;
  }

  leave(member: AbortMember): void {
    this.members.delete(member);
    if (this.members.size > 0) return;
    this.signal.removeEventListener('abort', this);
    groups.delete(this.signal);
  }

  /** The platform's EventListener interface: an object, so that no closure is made per signal. */
  handleEvent(): void {
    groups.delete(this.signal);
    for (const member of this.members) {
      this.members.delete(member);
      member.onAbort(this.signal.reason);
    }
  }
}
