/**
 * A resource may be called anything, and is no other resource for it.
 */
import { equal, ok } from 'node:assert/strict';
import type { Scenario } from '../scenario.js';

const NAMES = [
  '',
  'plain',
  'PLAIN',
  'plain ',
  ' plain',
  'with spaces',
  '{',
  '}',
  '{}',
  '}{',
  '{tag}a',
  '{tag}b',
  '%',
  '%7B',
  '%257B',
  'a:b',
  'a:b:c',
  ':s',
  'a|b',
  'a/b\\c',
  '*?[a]',
  "'; drop table locks; --",
  '"quoted"',
  '__proto__',
  'constructor',
  'toString',
  '0',
  '00',
  'ünïcode',
  // The same letters, composed otherwise.
  'u\u0308ni\u0308code',
  '锁',
  '🔒',
  'line\nbreak',
  'linebreak',
  'line%0Abreak',
  'carriage\rreturn',
  'tab\tbed',
  'nul\u0000l',
  'escape\u001b[31m',
  'delete\u007f',
  'x'.repeat(1_024),
  `${'x'.repeat(1_023)}y`,
  '锁'.repeat(341),
];

export const names: readonly Scenario[] = [
  {
    title: 'every name is a resource of its own',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      // Some names are to begin, and some to end, as the list says.
      const resources = [...NAMES, ...NAMES.map((name) => scene.resource(name))];
      const asked = resources.map((resource) =>
        scene.ask(here!, resource, JSON.stringify(resource).slice(0, 40), { wait: false }),
      );
      for (const each of asked) await each.granted();
      for (const resource of resources) {
        await scene.ask(there!, resource, 'a newcomer', { wait: false }).refused('busy');
      }
      for (const each of asked) ok(each.holds, `${each.name} is not held any more`);
    },
  },
  {
    title: 'a turn is passed on whatever the name is',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      for (const name of NAMES) {
        const holder = await scene.hold(here!, name);
        const waiter = await scene.line(there!, name, 'the waiter');
        equal(await holder.release(), 'released', 'the release went otherwise');
        await waiter.granted();
        await waiter.release();
      }
    },
  },
];
