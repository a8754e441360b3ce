/** What all locks of the clients are called; the log and the commands speak of their keys. */
export const NAME = 'guarded';

/** One of the keys that the engine has for a lock. `s`: its state, `q`: its queue, `w`: its waiters. */
export function engineKey(lock: string, part: 's' | 'q' | 'w'): string {
  return `lm:{${NAME}:${lock}}:${part}`;
}
