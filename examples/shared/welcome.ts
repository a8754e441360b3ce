/**
 * What a shop says first: where to look, and two commands that show what the lock does.
 */
import type { Palette } from './paint.js';
import type { ReplicaRow } from './replicas/replica-table.js';

export interface Welcome {
  title: string;
  /** One, or one for each process. */
  ports: readonly number[];
  /** Where the locks are, when they are not in the process: a host and its port. */
  engine?: string;
  /** Where spans go, when they go anywhere. */
  endpoint: string | undefined;
  traffic: boolean;
  /** Its processes, when they are not the one that says this. */
  replicas?: readonly ReplicaRow[];
}

/** Long enough to be seen, short enough to be waited for. Milliseconds. */
const DEMO = 1_500;

/** The commands. Each asks for a slow checkout, so whichever comes second waits for the other, at another replica too. */
export function checkoutCommands(ports: readonly number[]): string[] {
  const curl = (port: number, by: string): string =>
    `curl -s -w '\\n' -X POST 'http://localhost:${port}/checkout?by=${by}&slow=${DEMO}'`;
  return [`${curl(ports[0]!, 'ann')} &`, curl(ports.at(-1)!, 'bob')];
}

export function welcome(shop: Welcome, { strong, dim }: Palette): string[] {
  const { title, ports, traffic, replicas = [] } = shop;
  const customers = traffic ? 'its own customers' : 'no customers of its own';
  const several = replicas.length > 1;
  const places = placesOf(shop);
  const width = Math.max(...places.map(([place]) => place.length));
  return [
    `${strong(title)} is open${whereabouts(shop)}. It makes ${customers}; Ctrl+C closes it.`,
    '',
    ...places.map(([place, what]) => `  ${strong(place.padEnd(width))}  ${dim(what)}`),
    '',
    ...(several ? ['Kill a replica (kill -9 and its pid): the others go on, and what it held passes on.', ''] : []),
    `Two checkouts at once${several ? ', in two processes' : ''}: paste both lines, and see one wait for the other (waitedMs).`,
    '',
    ...checkoutCommands(ports).map((command) => `  ${strong(command)}`),
    '',
  ];
}

function placesOf({ ports, endpoint, replicas = [] }: Welcome): [place: string, what: string][] {
  const url = `http://localhost:${ports[0]}`;
  const whose = replicas.length > 1 ? ' in replica 1' : '';
  return [
    [`${url}/locks`, `who holds which lock now${whose}, and who waits`],
    [`${url}/metrics`, 'the numbers, for Prometheus'],
    ...replicas.map(({ number, pid, port }): [string, string] => {
      return [`http://localhost:${port}`, `replica ${number}, pid ${pid}`];
    }),
    ...(endpoint === undefined ? [] : [[endpoint, 'where the spans go'] as [string, string]]),
  ];
}

function whereabouts({ replicas = [], engine }: Welcome): string {
  if (engine === undefined) return '';
  if (replicas.length === 1) return `, with its locks in Redis at ${engine}`;
  return ` in ${replicas.length} processes, with one stock and with the locks in Redis at ${engine}`;
}
