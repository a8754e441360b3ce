/**
 * Which process holds what: a table for a terminal, a line per replica for a log.
 */
import type { Palette } from '../paint.js';
import type { Replica } from './replica.js';

/** One replica, now. */
export interface ReplicaRow {
  number: number;
  pid: number | undefined;
  port: number;
  /** How it stands with its locks; `starting` and `closed` when it is not open. */
  health: string;
  /** The names of the locks that it holds, with how many keys if there are several. */
  holds: string[];
  waiting: number;
}

/** What it says of this one. */
export function replicaRow(replica: Pick<Replica, 'number' | 'pid' | 'port' | 'state' | 'health'>): ReplicaRow {
  const { number, pid, port, state, health } = replica;
  const locks = state?.snapshot.locks ?? [];
  const held = locks.filter((lock) => lock.held > 0);
  return {
    number,
    pid,
    port,
    health,
    holds: held.map((lock) => (lock.held === 1 ? lock.name : `${lock.name} ×${lock.held}`)).sort(),
    waiting: locks.reduce((sum, { queueDepth }) => sum + queueDepth, 0),
  };
}

export function replicaTable(rows: readonly ReplicaRow[], palette: Palette): string[] {
  return [
    palette.dim('  replica      pid   port  locks       waiting  holding'),
    ...rows.map(({ number, pid, port, health, holds, waiting }) => {
      const { good, warn, strong } = palette;
      const dot = (health === 'ready' ? good : warn)('●');
      const cells = [
        strong(String(number).padEnd(7)),
        String(pid ?? '–').padStart(7),
        String(port).padStart(5),
        (health === 'ready' ? (text: string) => text : warn)(health.padEnd(10)),
        String(waiting).padStart(7),
        holds.join(', '),
      ];
      return `${dot} ${cells.join('  ')}`.trimEnd();
    }),
  ];
}

/** One line per replica, each understandable on its own. */
export function replicaLines(rows: readonly ReplicaRow[], time: string): string[] {
  return rows.map(({ number, pid, port, health, holds, waiting }) => {
    const process = `pid ${pid ?? '–'}  port ${port}  locks ${health}`;
    return `${time}  replica ${number}  ${process}  waiting ${waiting}  holding ${holds.join(', ') || 'nothing'}`;
  });
}
