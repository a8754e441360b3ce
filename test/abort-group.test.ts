/**
 * All that wait on one signal, behind one listener that is there exactly while somebody waits.
 */
import { AbortGroup, type AbortMember } from '../src/abort-group.js';
import { countListeners } from './support/left-behind.js';

interface Recorder extends AbortMember {
  readonly reasons: unknown[];
}

const member = (then: () => void = () => {}): Recorder => {
  const reasons: unknown[] = [];
  return {
    reasons,
    onAbort(reason) {
      reasons.push(reason);
      then();
    },
  };
};

test('one listener for all, gone with the last of them, back with the next', () => {
  const { signal } = new AbortController();
  const listeners = countListeners(signal);
  const [a, b] = [member(), member()];
  const group = AbortGroup.join(signal, a);
  expect(AbortGroup.join(signal, b)).toBe(group);
  expect(listeners).toEqual({ added: 1, present: 1 });
  group.leave(a);
  expect(listeners.present).toBe(1);
  group.leave(b);
  expect(listeners.present).toBe(0);
  AbortGroup.join(signal, a).leave(a);
  expect(listeners).toEqual({ added: 2, present: 0 });
});

test('an abort tells each member once, in the order in which they joined', () => {
  const controller = new AbortController();
  const order: string[] = [];
  const [a, b, c] = ['a', 'b', 'c'].map((name) => member(() => order.push(name)));
  for (const each of [a!, b!, c!]) AbortGroup.join(controller.signal, each);
  controller.abort('why');
  controller.abort('again');
  expect(order).toEqual(['a', 'b', 'c']);
  expect([a!.reasons, b!.reasons, c!.reasons]).toEqual([['why'], ['why'], ['why']]);
});

test('a member that left is not told', () => {
  const controller = new AbortController();
  const [a, b] = [member(), member()];
  const group = AbortGroup.join(controller.signal, a);
  AbortGroup.join(controller.signal, b);
  group.leave(a);
  controller.abort('why');
  expect([a.reasons, b.reasons]).toEqual([[], ['why']]);
});

test('a member that makes others leave while it is told', () => {
  const controller = new AbortController();
  const last = member();
  const group = AbortGroup.join(
    controller.signal,
    member(() => group.leave(last)),
  );
  AbortGroup.join(controller.signal, last);
  controller.abort('why');
  expect(last.reasons).toEqual([]);
});

test('two signals have two groups', () => {
  const one = new AbortController();
  const two = new AbortController();
  const [a, b] = [member(), member()];
  expect(AbortGroup.join(one.signal, a)).not.toBe(AbortGroup.join(two.signal, b));
  one.abort(1);
  expect([a.reasons, b.reasons]).toEqual([[1], []]);
});
