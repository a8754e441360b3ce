/**
 * The Prometheus client that the application has installed. CommonJS in both builds of the package: it takes `require` to
 * load at once what may be absent, and one with a literal name directly inside a `try` is what bundlers follow.
 *
 * Invariant: nothing is loaded before it is asked for, so whoever passes a registry needs no client of these names.
 */

/** What there is in place of `require` where a bundler has left it to an ES module. */
const NO_REQUIRE = /^(Error: Dynamic require of|ReferenceError: require is not)/;

/** What is needed of a client: its global register. */
interface PrometheusClient {
  readonly register: object;
}

/**
 * The client's global register: prom-client's, or that of its successor where only that is installed.
 *
 * @throws Error when neither is installed.
 */
export function globalRegister(): object {
  return loadClient().register;
}

function loadClient(): PrometheusClient {
  let missing: unknown;
  try {
    return require('prom-client') as PrometheusClient;
  } catch (error) {
    missing = notInstalled(error);
  }
  try {
    return require('@prometheus-io/client') as PrometheusClient;
  } catch (error) {
    notInstalled(error);
  }
  throw new Error(
    'collectLockMetrics() found no Prometheus client: install prom-client or @prometheus-io/client, or pass a `register`',
    { cause: missing },
  );
}

/** Returns the error of a package that is not there, and throws that of one that is there and fails. */
function notInstalled(error: unknown): unknown {
  if ((error as { code?: unknown } | null)?.code === 'MODULE_NOT_FOUND') return error;
  if (!NO_REQUIRE.test(String(error))) throw error;
  throw new Error(
    'collectLockMetrics() cannot look for a Prometheus client from a bundle that is an ES module: pass its `register`',
    { cause: error },
  );
}
