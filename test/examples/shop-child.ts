/**
 * A shop as it is run, in a process of its own.
 *
 * Invariant: the process has ended after the test, whatever became of it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './compiled-examples.js';

const children: ShopChild[] = [];

/** A shop's process and what it has said. */
export class ShopChild {
  stdout = '';
  stderr = '';
  readonly exit: Promise<number | null>;

  /** @param temporary What the process takes for the system's folder of temporary files. */
  private constructor(
    readonly process: ChildProcess,
    readonly temporary: string,
  ) {
    process.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    process.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.exit = once(process, 'close').then(([code]) => code as number | null);
    children.push(this);
  }

  /** Starts `program` with a folder in `temporary` for its files, and in a process group of its own, as a shell does. */
  static async start(program: string, temporary: string, port: number, ...args: string[]): Promise<ShopChild> {
    const folder = await mkdtemp(join(temporary, 'shop-'));
    const env: NodeJS.ProcessEnv = { ...process.env, PORT: String(port), TMPDIR: folder };
    delete env.NODE_OPTIONS;
    delete env.OTEL_EXPORTER_OTLP_ENDPOINT;
    return new ShopChild(spawn(process.execPath, [program, ...args], { cwd: ROOT, env, detached: true }), folder);
  }

  /** Resolves when it has said how to see the lock at work, which is the last thing it says. */
  async open(): Promise<string[]> {
    const commands = (): string[] => this.stdout.match(/^ {2}curl .*$/gm) ?? [];
    while (commands().length < 2 || !this.stdout.endsWith('\n')) {
      await Promise.race([once(this.process.stdout!, 'data'), this.exit.then((code) => this.failed(code))]);
    }
    return commands();
  }

  private failed(code: number | null): never {
    throw new Error(`The shop ended with ${code}: ${this.stderr}`);
  }
}

/** What a customer is told. */
export interface Receipt {
  by: string;
  left: number;
  waitedMs: number;
}

/** Does what a printed curl command does. */
export async function order(command: string): Promise<Receipt> {
  const [, method, url] = command.match(/^ {2}curl -s -w '\\n' -X (\w+) '(\S+)'( &)?$/)!;
  const response = await fetch(url!, { method });
  expect(response.status).toBe(200);
  return (await response.json()) as Receipt;
}

/** Ends what is left of them. */
export async function endShops(): Promise<void> {
  for (const { process, exit } of children.splice(0)) {
    process.kill('SIGKILL');
    await exit;
  }
}
