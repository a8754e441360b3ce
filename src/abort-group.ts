/**
 * All waiters that wait on one signal, behind one listener: `addEventListener` compares a new listener with every one that
 * is there, so a listener per waiter would make 10 000 waiters on a request's or a shutdown signal quadratic.
 *
 * Most signals have one waiter, so a set is made for the second only.
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
  private first: AbortMember | undefined;
  private others: Set<AbortMember> | undefined = undefined;

  private constructor(
    private readonly signal: AbortSignal,
    member: AbortMember,
  ) {
    this.first = member;
  }

  /** Throws what the signal's `addEventListener` throws, and then nobody has joined. */
  static join(signal: AbortSignal, member: AbortMember): AbortGroup {
    const known = groups.get(signal);
    if (known !== undefined) {
      known.others ??= new Set();
      known.others.add(member);
      return known;
    }
    const group = new AbortGroup(signal, member);
    signal.addEventListener('abort', tellGroup, ONCE);
    groups.set(signal, group);
    return group;
  }

  leave(member: AbortMember): void {
    if (this.first === member) this.first = undefined;
    else this.others?.delete(member);
    if (this.first !== undefined || (this.others !== undefined && this.others.size > 0)) return;
    groups.delete(this.signal);
    try {
      this.signal.removeEventListener('abort', tellGroup);
    } catch {
      // A signal that is not the platform's. A listener without members does nothing, and the grant must go on.
    }
  }

  /** The signal has aborted. */
  tell(): void {
    const { reason } = this.signal;
    groups.delete(this.signal);
    const { first } = this;
    this.first = undefined;
    first?.onAbort(reason);
    if (this.others === undefined) return;
    for (const member of this.others) {
      this.others.delete(member);
      member.onAbort(reason);
    }
  }
}

/** One function for all signals: for an object as listener, Node binds a function each time it is added. */
function tellGroup(event: Event): void {
  groups.get(event.target as AbortSignal)?.tell();
}
