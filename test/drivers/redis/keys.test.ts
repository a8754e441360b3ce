/** One lock, one slot, keys of its own: for every name and prefix. */
import fc from 'fast-check';
import { hashSlot } from '../../../src/drivers/redis/clients/hash-slot.js';
import { lockKeys, wakeChannel } from '../../../src/drivers/redis/keys.js';

test('the keys of a lock say what they are', () => {
  const { state, queue, waiters, all } = lockKeys('lm', 'stock:42');
  expect([state, queue, waiters]).toEqual(['lm:{stock:42}:s', 'lm:{stock:42}:q', 'lm:{stock:42}:w']);
  expect(all).toEqual([state, queue, waiters]);
});

test.each([
  ['50%', '50%25'],
  ['}', '%7D'],
  ['{a}', '%7Ba%7D'],
  ['', '%'],
  ['a\0b\nc\x7f', 'a%00b%0Ac%7F'],
  ['Grüße 你好 🔒', 'Grüße 你好 🔒'],
])('the name %j becomes %j', (name, tag) => {
  expect(lockKeys('lm', name).state).toBe(`lm:{${tag}}:s`);
});

const odd = fc.string({ unit: fc.constantFrom('{', '}', '%', '7', 'B', ':', ' ', '\0', 'a', 'é', '🔒'), maxLength: 6 });

test('the keys of one lock are in one slot, whatever it is called', () => {
  fc.assert(
    fc.property(odd, odd, (prefix, name) => {
      const slots = lockKeys(prefix, name).all.map(hashSlot);
      const tag = lockKeys('lm', name).state.slice('lm:{'.length, -'}:s'.length);
      expect(slots).toEqual(Array(3).fill(hashSlot(tag)));
    }),
  );
});

test('two locks never share a key', () => {
  const pair = fc.tuple(odd, odd);
  fc.assert(
    fc.property(pair, pair, (one, other) => {
      fc.pre(one[0] !== other[0] || one[1] !== other[1]);
      const keys = new Set([...lockKeys(...one).all, ...lockKeys(...other).all]);
      expect(keys.size).toBe(6);
    }),
    { numRuns: 500 },
  );
});

test('a channel is of one process and has no white space', () => {
  expect(wakeChannel('lm', 'f00d')).toBe('lm:wake:f00d');
  expect(wakeChannel('my app', 'f00d')).toBe('my%20app:wake:f00d');
});
