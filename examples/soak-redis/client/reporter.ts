/**
 * What a client says to the referee, each line stamped as it happens.
 */
import type { Socket } from 'node:net';
import type { ClientEntry, ProcessEntry } from '../log/entry.js';
import { machineNow } from '../log/machine-clock.js';
import type { ClientSettings } from '../referee/commands.js';
import { sendLine } from '../referee/lines.js';

/** An entry without what is the same for all of a process, or of an attempt. */
type Said<T, K extends string> = T extends unknown ? Omit<T, K> : never;

/** Something about an attempt. */
export type SaidOfAttempt = Said<ClientEntry, 'at' | 'process' | 'attempt' | 'lock'>;

/** See above. */
export class Reporter {
  private readonly writes = new Map<number, (accepted: boolean) => void>();
  private lastWrite = 0;

  constructor(
    private readonly socket: Socket,
    private readonly settings: ClientSettings,
  ) {}

  /** Says something about the process. */
  say(entry: Said<ProcessEntry, 'at' | 'process'>): void {
    this.send(entry);
  }

  /** Says something about an attempt. */
  sayOf(attempt: string, lock: string, entry: SaidOfAttempt): void {
    this.send({ ...entry, attempt, lock });
  }

  /** Writes to the resource. Resolves to whether it was accepted. */
  write(attempt: string, lock: string, entry: SaidOfAttempt & { type: 'write' }): Promise<boolean> {
    const write = ++this.lastWrite;
    this.send({ ...entry, attempt, lock, write });
    return new Promise((resolve) => this.writes.set(write, resolve));
  }

  /** What came of a write. */
  judged(write: number, accepted: boolean): void {
    this.writes.get(write)?.(accepted);
    this.writes.delete(write);
  }

  private send(entry: object): void {
    sendLine(this.socket, { ...entry, process: this.settings.process, at: machineNow() });
  }
}
