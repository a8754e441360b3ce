/**
 * Assertions about types: they hold when the file compiles, which `npm run types` sees to, and are never run.
 *
 * Invariant: `any` is the same as nothing but `any`; an assertion cannot hold because a type was lost.
 */

/** Whether two types are the same, and not merely assignable. */
export type Exact<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/**
 * Compiles if what it is given holds.
 *
 * @example
 * expectType<Exact<typeof result, Promise<number>>>();
 */
export function expectType<_Holds extends true>(): void {}

expectType<Exact<{ a: 1 }, { a: 1 }>>();
// @ts-expect-error a number is more than a 1
expectType<Exact<1, number>>();
// @ts-expect-error `any` may be anything, and is not a number
expectType<Exact<ReturnType<typeof JSON.parse>, number>>();
// @ts-expect-error a property that may be missing is not one that may be undefined
expectType<Exact<{ a?: 1 }, { a: 1 | undefined }>>();
