/**
 * What a shop says first: where to look, and two commands that show what the lock does.
 */
import type { Palette } from './paint.js';

export interface Welcome {
  title: string;
  port: number;
  /** Where spans go, when they go anywhere. */
  endpoint: string | undefined;
  traffic: boolean;
}

/** Long enough to be seen, short enough to be waited for. Milliseconds. */
const DEMO = 1_500;

/** The commands. Each asks for a slow checkout, so whichever comes second waits for the other. */
export function checkoutCommands(port: number): string[] {
  const curl = (by: string): string =>
    `curl -s -w '\\n' -X POST 'http://localhost:${port}/checkout?by=${by}&slow=${DEMO}'`;
  return [`${curl('ann')} &`, curl('bob')];
}

export function welcome({ title, port, endpoint, traffic }: Welcome, { strong, dim }: Palette): string[] {
  const url = `http://localhost:${port}`;
  const places: [place: string, what: string][] = [
    [`${url}/locks`, 'who holds which lock now, and who waits'],
    [`${url}/metrics`, 'the numbers, for Prometheus'],
  ];
  if (endpoint !== undefined) places.push([endpoint, 'where the spans go']);
  const width = Math.max(...places.map(([place]) => place.length));
  return [
    `${strong(title)} is open. It makes ${traffic ? 'its own customers' : 'no customers of its own'}; Ctrl+C closes it.`,
    '',
    ...places.map(([place, what]) => `  ${strong(place.padEnd(width))}  ${dim(what)}`),
    '',
    'Two checkouts at once: paste both lines, and see one wait for the other (waitedMs).',
    '',
    ...checkoutCommands(port).map((command) => `  ${strong(command)}`),
    '',
  ];
}
