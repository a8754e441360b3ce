/**
 * Which Prometheus client is used depends on which is installed: shown with the built package, as an ES module and as
 * CommonJS, in folders that have one client, the other, both, none and a broken one.
 */
import { type Installation, installBeside } from '../../support/installed-beside.js';

const TYPES = ['module', 'commonjs'] as const;
type Type = (typeof TYPES)[number];

let installation: Installation | undefined;
afterEach(() => {
  installation?.remove();
  installation = undefined;
});

/** A folder with the package, what it always needs, and `clients`. */
function withClients(...clients: string[]): Installation {
  installation = installBeside(['@opentelemetry/api', ...clients]);
  return installation;
}

/** Runs `body` with the package and Node's `require` at hand, and returns what it returns. */
function evaluate({ run }: Installation, type: Type, body: string): unknown {
  const imports = {
    module: `
      import { createRequire } from 'node:module';
      import * as core from 'lockmeter';
      import * as prometheus from 'lockmeter/prometheus';
      const require = createRequire(process.cwd() + '/');`,
    commonjs: `
      const core = require('lockmeter');
      const prometheus = require('lockmeter/prometheus');`,
  };
  const { status, stdout, stderr } = run(
    `${imports[type]}
    (async () => { ${body} })().then((value) => process.stdout.write(JSON.stringify(value)));`,
    type,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe.each(TYPES)('%s', (type) => {
  test.each([
    ['prom-client', ['prom-client']],
    ['@prometheus-io/client', ['@prometheus-io/client']],
    ['prom-client', ['prom-client', '@prometheus-io/client']],
  ])('the register is that of %s where there is %j', (expected, clients) => {
    const body = `
      prometheus.collectLockMetrics();
      await core.locks.run('inventory', () => 1);
      const families = {};
      for (const client of ${JSON.stringify(clients)}) {
        families[client] = (await require(client).register.metrics()).includes('lockmeter_locked{lock_name="inventory"');
      }
      return families;`;
    expect(evaluate(withClients(...clients), type, body)).toEqual(
      Object.fromEntries(clients.map((client) => [client, client === expected])),
    );
  });

  test('where there is none, the error says what to install', () => {
    const body = `
      try {
        prometheus.collectLockMetrics();
      } catch ({ message, cause }) {
        return { message, cause: cause.code };
      }`;
    expect(evaluate(withClients(), type, body)).toEqual({
      message:
        'collectLockMetrics() found no Prometheus client: install prom-client or @prometheus-io/client, or pass a `register`',
      cause: 'MODULE_NOT_FOUND',
    });
  });

  test('who passes a register needs none', () => {
    const body = `
      const given = new Map();
      prometheus.collectLockMetrics({
        register: { registerMetric: (metric) => given.set(metric.name, metric), getSingleMetric: (name) => given.get(name) },
      });
      await core.locks.run('inventory', () => 1);
      return (await given.get('lockmeter_locked').get()).values;`;
    expect(evaluate(withClients(), type, body)).toEqual([
      { value: 0, labels: { lock_name: 'inventory', lock_backend: 'memory' } },
    ]);
  });

  test('a client that is there and fails is not passed over', () => {
    const broken = withClients('@prometheus-io/client');
    broken.write('node_modules/prom-client/index.js', `throw new Error('half installed');`);
    const body = `try { prometheus.collectLockMetrics(); } catch (error) { return error.message; }`;
    expect(evaluate(broken, type, body)).toBe('half installed');
  });
});

test('an ESM and a CommonJS copy in one process put one set of metrics on a register', () => {
  const body = `
    const copy = require('lockmeter/prometheus');
    const { register } = require('prom-client');
    prometheus.collectLockMetrics();
    const before = register.getMetricsAsArray();
    copy.collectLockMetrics();
    const after = register.getMetricsAsArray();
    await core.locks.run('esm', () => 1);
    await require('lockmeter').locks.run('cjs', () => 1);
    const page = await register.metrics();
    return {
      copies: copy.collectLockMetrics !== prometheus.collectLockMetrics,
      unchanged: after.length === before.length && after.every((metric, i) => metric === before[i]),
      names: ['esm', 'cjs'].map((name) => page.split('lockmeter_locked{lock_name="' + name + '"').length - 1),
    };`;
  expect(evaluate(withClients('prom-client'), 'module', body)).toEqual({
    copies: true,
    unchanged: true,
    names: [1, 1],
  });
});

test('the types need no client', () => {
  const { write, tsc } = withClients();
  const source = `
    const given = new Map<string, object>();
    collectLockMetrics({
      histograms: 'coarse',
      register: { registerMetric: (metric) => void given.set(String(metric), metric), getSingleMetric: (name) => given.get(name) },
    });`;
  write('esm.mts', `import { collectLockMetrics } from 'lockmeter/prometheus';${source}`);
  write(
    'cjs.cts',
    `import prometheus = require('lockmeter/prometheus');
    const { collectLockMetrics } = prometheus;${source}`,
  );
  const options = ['--strict', '--noEmit', '--target', 'es2022', '--module', 'nodenext', '--skipLibCheck', 'false'];
  const ended = tsc(...options, '--lib', 'es2023,esnext.disposable,dom', '--types', '', 'esm.mts', 'cjs.cts');
  expect(ended).toEqual({ status: 0, stdout: '', stderr: '' });
});
