/**
 * The command line of the shops: `PORT`, `--port`, `--no-traffic`, `--replicas`, `--redis`, `--redis-url`.
 *
 * Invariant: what cannot be obeyed is one sentence that says what would be accepted, never a guess. Several replicas have their
 * locks in Redis, said or not: locks in each process would be as many locks.
 */
import { parseArgs } from 'node:util';

export interface ShopOptions {
  /** Of the first replica; the others follow it. 0 lets the system choose. */
  port: number;
  /** Whether the shop makes its own customers. */
  traffic: boolean;
  /** How many processes sell. */
  replicas: number;
  /** Where the locks are: in the Redis at `url`, or in one that the shop starts; `undefined` for the process itself. */
  redis: { url: string | undefined } | undefined;
}

/** Something the person who started the shop can put right. Its message is all they need. */
export class UsageError extends Error {}

const DEFAULT_PORT = 3000;
const LAST_PORT = 65_535;
const MOST_REPLICAS = 16;
const KNOWN =
  'The shop knows --port <number>, --no-traffic, --replicas <number>, --redis and --redis-url <redis://host:port>.';

const OPTIONS = {
  port: { type: 'string' },
  'no-traffic': { type: 'boolean' },
  replicas: { type: 'string' },
  redis: { type: 'boolean' },
  'redis-url': { type: 'string' },
} as const;

/**
 * @throws UsageError when an argument or `PORT` is not understood.
 * @example
 * shopOptions(['--replicas', '3'], { PORT: '8080' }); // { port: 8080, traffic: true, replicas: 3, redis: { url: undefined } }
 */
export function shopOptions(args: string[], env: NodeJS.ProcessEnv): ShopOptions {
  const values = parse(args);
  const [port, source] =
    values.port !== undefined ? [values.port, '--port'] : [env.PORT || String(DEFAULT_PORT), 'PORT'];
  const replicas = wholeNumber(values.replicas ?? '1', '--replicas', 1, MOST_REPLICAS);
  const first = wholeNumber(port, source, 0, LAST_PORT);
  if (first + replicas - 1 > LAST_PORT) {
    throw new UsageError(`${source} must leave room for ${replicas} replicas, a port for each, got "${port}".`);
  }
  const url = values['redis-url'];
  if (url !== undefined) checkUrl(url);
  return {
    port: first,
    traffic: values['no-traffic'] !== true,
    replicas,
    redis: replicas > 1 || values.redis === true || url !== undefined ? { url } : undefined,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message.replace(/\.?$/, '.')} ${KNOWN}`);
  }
}

function wholeNumber(value: string, option: string, least: number, most: number): number {
  const number = Number(value);
  if (value !== '' && Number.isInteger(number) && number >= least && number <= most) return number;
  throw new UsageError(`${option} must be a whole number from ${least} to ${most}, got "${value}".`);
}

/** Its text, which may have a password in it, is not repeated. */
function checkUrl(url: string): void {
  if (/^rediss?:\/\/./.test(url) && URL.canParse(url)) return;
  throw new UsageError('--redis-url must be redis://host:port, or rediss:// with TLS.');
}
