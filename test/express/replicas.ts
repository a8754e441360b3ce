/**
 * Several Express applications that share their locks, as the replicas of one service do, and one room behind the lock of all.
 */
import express, { type Express } from 'express';
import { type Lock, type LockDriver, type LockManager } from 'lockmeter';
import { isolatedManager } from '../support/isolated.js';
import { until } from '../support/until.js';
import { Room } from './room.js';
import { type Client, serve } from './serve.js';

/** What a replica mounts: the lock, and the room behind it. */
export type Mount = (app: Express, manager: LockManager, room: Room) => void;

/** One of them, listening. */
export interface Replica {
  readonly manager: LockManager;
  readonly lock: Lock;
  send(path: string): Client;
}

/** They keep the lock `name` at these drivers, one for each. */
export class Replicas {
  readonly room = new Room();

  private constructor(readonly all: readonly Replica[]) {}

  static async start(name: string, drivers: readonly LockDriver[], mount: Mount): Promise<Replicas> {
    const all: Replica[] = [];
    const replicas = new Replicas(all);
    for (const driver of drivers) {
      const manager = isolatedManager({ driver });
      const app = express();
      mount(app, manager, replicas.room);
      all.push({ manager, lock: manager.lock(name), send: await serve(app) });
    }
    return replicas;
  }

  /** A visitor comes to this replica, and waits, or is inside, when it resolves. */
  async arrive(who: string, at: number): Promise<Client> {
    const { lock, send } = this.all[at]!;
    const before = lock.queueDepth;
    const client = send(`/checkout?who=${who}`);
    await until(() => this.room.has(who) || lock.queueDepth > before, `${who} has arrived`);
    return client;
  }

  /** Lets each of them out when it is inside, in this order. */
  async letOut(...visitors: string[]): Promise<void> {
    for (const who of visitors) {
      await until(() => this.room.has(who), `${who} is inside`);
      this.room.letOut(who);
    }
  }
}
