/**
 * What `@WithLock` may stand on: a method whose work is done when its promise has settled, or its Observable has ended.
 *
 * Invariant: whatever cannot be locked is an error when the class is defined, not a lock that does not hold; and the error
 * says which member of which class, and what to do.
 */
import type { Method } from './stand-in.js';

/** Of what a decorated thing is, what it cannot be, and what to do instead. */
const REFUSALS = {
  property: 'a property cannot run under a lock, for every instance makes its own; write it as a method',
  accessor: 'a getter or setter cannot run under a lock, for it cannot wait; make it an async method',
  generator:
    'a generator cannot run under a lock, for its body runs when its caller asks for values, and perhaps never to its ' +
    'end; lock an async method that collects them, or the one that goes through them',
  class: 'a class cannot run under a lock; put the decorator on each method that should',
  parameter: 'a parameter cannot run under a lock; put the decorator on the method',
  standard: 'it is a decorator of the kind that NestJS uses; set "experimentalDecorators" in the compiler’s options',
} as const;

/** `Class.member`. A compiler's standard decorators do not know the class, and give an object that has the member's name. */
export function titleOf(target: object, property: unknown): string {
  if (typeof property === 'object' && property !== null) return String((property as { name?: unknown }).name);
  const type = typeof target === 'function' ? target : target.constructor;
  return property === undefined ? type.name : `${type.name}.${String(property)}`;
}

/**
 * The method that a decorator was put on.
 *
 * @param where What the error begins with.
 * @throws TypeError when it is not a method, or one that cannot be locked.
 */
export function lockableMethod(property: unknown, descriptor: unknown, where: string): Method {
  const refuse = (what: keyof typeof REFUSALS): never => {
    throw new TypeError(`${where}: ${REFUSALS[what]}`);
  };
  if (typeof property === 'object' && property !== null) return refuse('standard');
  if (typeof descriptor === 'number') return refuse('parameter');
  if (property === undefined) return refuse('class');
  const { value, get, set } = (descriptor ?? {}) as PropertyDescriptor;
  if (get !== undefined || set !== undefined) return refuse('accessor');
  if (typeof value !== 'function') return refuse('property');
  if (isGenerator(value)) return refuse('generator');
  return value as Method;
}

/** By its tag, which a function of another realm has too. A generator compiled to an older target has none. */
function isGenerator(value: object): boolean {
  return /^\[object (Async)?GeneratorFunction\]$/.test(Object.prototype.toString.call(value));
}
