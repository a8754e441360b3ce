/**
 * The suite as others run it: from the built package, as ESM and as CommonJS, with another test runner than ours; and that it
 * hears of rejections nobody handles, which a test cannot let happen in a process of Jest.
 */
import { runModule } from '../support/child.js';

const DRIVER = `
  import { createRequire } from 'node:module';
  import { memoryDriver } from 'lockmeter';
  import * as esm from 'lockmeter/driver-contract';
  const cjs = createRequire(import.meta.url)('lockmeter/driver-contract');
  const engine = memoryDriver();
  const harness = { open: () => engine.replica(), takeAway: (resource) => engine.takeAway(resource) };
`;

test.each(['esm', 'cjs'])('node:test runs it (%s)', async (format) => {
  const { code, stdout, stderr } = await runModule(`
    ${DRIVER}
    import { test } from 'node:test';
    for (const { title, run, timeout } of ${format}.driverContract(harness)) test(title, { timeout }, run);
  `);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('a free resource is granted at once');
  expect(stdout).toMatch(/^. fail 0$/m);
});

test('a rejection that nobody handles fails the case in which it happens', async () => {
  const { stdout } = await runModule(`
    ${DRIVER}
    const open = () => {
      const driver = engine.replica();
      const acquire = driver.acquire.bind(driver);
      driver.acquire = (...args) => {
        void Promise.reject(new Error('dropped'));
        return acquire(...args);
      };
      return driver;
    };
    const [first] = esm.driverContract({ open });
    await first.run().catch((error) => console.log(error.message.split('\\n')[0]));
    console.log(process.listenerCount('unhandledRejection') + process.listenerCount('warning'));
  `);
  expect(stdout.trim().split('\n')).toEqual([
    'the process complained: unhandled rejection: Error: dropped',
    // Node's own listener for warnings.
    '1',
  ]);
});
