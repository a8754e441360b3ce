/**
 * The page about several processes against the code: its examples compile, its options are those there are.
 */
import { redisDriver } from 'lockmeter/redis';
import { DocsPage } from '../support/docs-page.js';

const page = new DocsPage('docs/distributed.md');

test('its examples compile', () => {
  expect(page.code('ts').length).toBeGreaterThanOrEqual(3);
  expect(page.compilerErrors()).toBe('');
}, 60_000);

test('its table of options has every option, with the defaults', () => {
  const [rows] = page.tables('Options of `redisDriver`');
  const documented = rows!.flatMap(([names]) => Array.from(names!.matchAll(/`(\w+)`/g), ([, name]) => name!));
  let message = '';
  try {
    redisDriver({ other: 1 } as never);
  } catch (error) {
    ({ message } = error as Error);
  }
  expect(documented.sort()).toEqual(/known are (.*)$/.exec(message)![1]!.split(', ').sort());
});
