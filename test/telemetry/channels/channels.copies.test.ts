/**
 * Channels when the package is there more than once: as ESM and CommonJS, in parts, loaded anew, in several realms. Each
 * process of its own has the built package.
 */
import { reportOf } from '../../support/child.js';

const SETUP = `
  import { subscribe } from 'node:diagnostics_channel';
  import { createRequire } from 'node:module';
  import { setFlagsFromString } from 'node:v8';
  import { runInNewContext } from 'node:vm';
  const require = createRequire(process.cwd() + '/package.json');
  const say = (value) => console.log(JSON.stringify(value));
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc');
  const collect = async () => {
    for (let i = 0; i < 3; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      gc();
    }
  };
`;

const report = (script: string): Promise<unknown> => reportOf(SETUP + script);

test('with an ESM and a CommonJS copy, everything is said once, and no two attempts have one id', async () => {
  const seen = await report(`
    const esm = await import('lockmeter');
    const cjs = require('lockmeter');
    const heard = [];
    const names = ['request.start', 'request.grant', 'release', 'request.end', 'lock.created'];
    for (const name of names) subscribe('lockmeter:' + name, ({ id, name: lock, lock: same }) => heard.push([name, lock ?? same, id]));
    let slow = 0;
    subscribe('lockmeter:slow-hold', () => slow++);
    await esm.locks.run('esm', () => 1);
    await cjs.locks.run('cjs', () => 1);
    for (const copy of [esm, cjs]) {
      await new copy.Lock('bare').run(() => 1);
      await new copy.LockManager({ stats: new copy.StatsRegistry() }).run('own', () => 1);
    }
    const counts = {};
    for (const [name, lock] of heard) counts[lock + ' ' + name] = (counts[lock + ' ' + name] ?? 0) + 1;
    const ids = new Set(heard.map(([, , id]) => id).filter((id) => id !== undefined));
    say({ counts, ids: ids.size });
  `);
  const counts: Record<string, number> = {};
  for (const lock of ['esm', 'cjs', 'bare', 'own']) {
    const times = lock === 'bare' || lock === 'own' ? 2 : 1;
    for (const name of ['request.start', 'request.grant', 'release', 'request.end']) counts[`${lock} ${name}`] = times;
    counts[`${lock} lock.created`] = lock === 'own' ? 2 : 1;
  }
  expect(seen).toEqual({ counts, ids: 6 });
});

test.each(['opentelemetry', 'prometheus'])(
  'the process’s locks are heard when a CommonJS lockmeter/%s was loaded first, and once when the rest of it follows',
  async (entry) => {
    const seen = await report(`
      require('lockmeter/${entry}');
      const { locks } = await import('lockmeter');
      const heard = [];
      subscribe('lockmeter:request.grant', ({ name }) => heard.push(name));
      await locks.run('alone', () => 1);
      await require('lockmeter').locks.run('both', () => 1);
      say(heard);
    `);
    expect(seen).toEqual(['alone', 'both']);
  },
);

test('a copy that was loaded anew is heard as the one before, which still looks after the process’s locks', async () => {
  const seen = await report(`
    const copies = {};
    for (const copy of ['first', 'second', 'third']) {
      copies[copy] = require('lockmeter');
      for (const file of Object.keys(require.cache)) if (file.includes('/dist/cjs/')) delete require.cache[file];
      await collect();
    }
    const heard = [];
    subscribe('lockmeter:request.grant', ({ name }) => heard.push(name));
    for (const [copy, { locks, LockManager, StatsRegistry }] of Object.entries(copies)) {
      await locks.run('shared ' + copy, () => 1);
      await new LockManager({ stats: new StatsRegistry() }).run('own ' + copy, () => 1);
    }
    say(heard);
  `);
  expect(seen).toEqual(['first', 'second', 'third'].flatMap((copy) => [`shared ${copy}`, `own ${copy}`]));
});

test('copies in realms that are over, as Jest makes one for each test file, are not kept by the channels', async () => {
  const seen = await report(`
    const { compileFunction, createContext, runInContext } = await import('node:vm');
    const { readFileSync } = await import('node:fs');
    const loadIn = (file, parsingContext, loaded) => {
      const known = loaded.get(file);
      if (known !== undefined) return known.exports;
      const module = { exports: {} };
      loaded.set(file, module);
      const names = ['module', 'exports', 'require'];
      const run = compileFunction(readFileSync(file, 'utf8'), names, { parsingContext, filename: file });
      const { resolve } = createRequire(file);
      run(module, module.exports, (id) => (id.startsWith('.') ? loadIn(resolve(id), parsingContext, loaded) : require(id)));
      return module.exports;
    };
    const realms = [];
    let last;
    for (let i = 0; i < 20; i++) {
      const realm = createContext({ process, setTimeout, setInterval, clearInterval });
      realms.push(new WeakRef(runInContext('globalThis', realm)));
      last = new Map();
      await loadIn(require.resolve('lockmeter'), realm, last).locks.run('inventory', () => 1);
    }
    await collect();
    const kept = realms.map((realm, i) => (realm.deref() === undefined ? -1 : i)).filter((i) => i >= 0);
    let heard = 0;
    subscribe('lockmeter:request.grant', () => heard++);
    await last.get(require.resolve('lockmeter')).exports.locks.run('inventory', () => 1);
    say({ kept, heard });
  `);
  // The first overrode the channels' methods.
  expect(seen).toEqual({ kept: [0, 19], heard: 1 });
});
