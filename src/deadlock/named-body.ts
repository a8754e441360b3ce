/**
 * Bodies run by functions with names of their own, by which a stack tells whose body awaits what.
 *
 * A function with a new name costs microseconds, so those whose body has ended serve again: there are as many as there were
 * bodies at once.
 *
 * Invariant: no two bodies that run have the same name.
 */
import type { Hold } from '../hold.js';
import { nestings } from './nesting.js';

type Body<T> = (hold: Hold) => T;

/** Awaits what a body returns, under its own name. */
export type NamedRunner = <T>(body: Body<T>, hold: Hold) => Promise<Awaited<T>>;

const idle: NamedRunner[] = [];

/** One that runs nothing at the moment; it is to be called at once. */
export function idleRunner(): NamedRunner {
  return idle.pop() ?? makeRunner(`lockmeter body ${++nestings().named}`);
}

function makeRunner(name: string): NamedRunner {
  const { [name]: runner } = {
    [name]: async <T>(body: Body<T>, hold: Hold): Promise<Awaited<T>> => {
      try {
        return await body(hold);
      } finally {
        idle.push(runner!);
      }
    },
  } as Record<string, NamedRunner>;
  return runner!;
}
