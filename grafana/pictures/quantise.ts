/**
 * A PNG with at most 256 colours, which a third of the bytes is enough for: pictures are kept in the repository.
 */
import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';

/**
 * The same picture, smaller.
 *
 * @param pngquant - path of the program.
 * @throws Error when it fails.
 * @example
 * await writeFile('overview.png', await quantise('/usr/bin/pngquant', png));
 */
export async function quantise(pngquant: string, png: Buffer): Promise<Buffer> {
  const child = spawn(pngquant, ['--speed', '1', '--strip', '256', '-'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  // A program that ends early breaks the pipe; how it ended says more.
  child.stdin.on('error', () => {}).end(png);
  const [smaller, code] = await Promise.all([buffer(child.stdout), ended]);
  if (code !== 0) throw new Error(`pngquant ended with ${code}`);
  return smaller;
}
