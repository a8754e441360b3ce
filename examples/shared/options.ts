/**
 * The command line of the shops: `PORT`, `--port`, `--no-traffic`.
 *
 * Invariant: what cannot be obeyed is one sentence that says what would be accepted, never a guess.
 */
import { parseArgs } from 'node:util';

export interface ShopOptions {
  /** 0 lets the system choose. */
  port: number;
  /** Whether the shop makes its own customers. */
  traffic: boolean;
}

/** Something the person who started the shop can put right. Its message is all they need. */
export class UsageError extends Error {}

const DEFAULT_PORT = 3000;

/**
 * @throws UsageError when an argument or `PORT` is not understood.
 * @example
 * shopOptions(['--no-traffic'], { PORT: '8080' }); // { port: 8080, traffic: false }
 */
export function shopOptions(args: string[], env: NodeJS.ProcessEnv): ShopOptions {
  const values = parse(args);
  return {
    port: values.port !== undefined ? port(values.port, '--port') : port(env.PORT ?? '', 'PORT'),
    traffic: values['no-traffic'] !== true,
  };
}

function parse(args: string[]): { port?: string; 'no-traffic'?: boolean } {
  try {
    return parseArgs({ args, options: { port: { type: 'string' }, 'no-traffic': { type: 'boolean' } } }).values;
  } catch (error) {
    throw new UsageError(
      `${(error as Error).message.replace(/\.?$/, '.')} The shop knows --port <number> and --no-traffic.`,
    );
  }
}

function port(value: string, option: string): number {
  if (value === '') return DEFAULT_PORT;
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new UsageError(`${option} must be a whole number from 0 to 65535, got "${value}".`);
}
