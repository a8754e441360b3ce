/**
 * The two connections of a driver, of whichever library: one for commands and one that listens.
 *
 * Invariants: `ready` is told only when a command was answered and the subscription was confirmed, each on the connection
 * that is used from then on; and it is told before the commands that waited for it are sent, so that what the driver sends
 * then comes first.
 */
import type {
  RedisConnectionEvents,
  RedisConnectionOptions,
  RedisConnections,
  RedisReply,
  RedisScript,
} from '../connection.js';
import { KeptLink } from './kept-link.js';
import type { Deployment, Link } from './link.js';
import { plainReply } from './reply.js';
import { Requests } from './requests.js';
import { runScript } from './scripts.js';
import { settlesWithin } from './settles-within.js';

/** Milliseconds between two looks whether the connection that listens is alive: it may hear nothing for hours. */
const PULSE = 10_000;

export function connectTo(
  deployment: Deployment,
  { channel, commandTimeout }: RedisConnectionOptions,
  events: RedisConnectionEvents,
): RedisConnections {
  const { address, cluster, database } = deployment;
  const working = { commands: false, listening: false };
  let epoch = 0;
  const commands = new KeptLink({
    open(told) {
      const shaken = (error: Error): void => {
        // The link may connect to that node again, and nobody is told.
        epoch++;
        told.shaken(error);
      };
      return deployment.commands({ ...told, shaken });
    },
    prove: cluster ? clusterAnswers : (link) => answers(link, database),
    grace: commandTimeout,
    up: () => {
      epoch++;
      works('commands');
    },
    down: (error) => fails('commands', error),
  });
  const listening = new KeptLink({
    open: deployment.listening,
    prove: (link) => link.subscribe(channel, (text) => events.message(text)),
    grace: 0,
    up: () => works('listening'),
    down: (error) => fails('listening', error),
  });
  const requests = new Requests({
    link: commands,
    address,
    timeout: commandTimeout,
    silent: (link, error) => suspect(link, error, 'doubt'),
    unfit: (link, error) => suspect(link, error, 'replace'),
  });
  const pulse = setInterval(feelPulse, PULSE).unref();

  function works(which: keyof typeof working): void {
    working[which] = true;
    if (working.commands && working.listening) events.ready();
    if (which !== 'commands') return;
    if (!working.listening) events.answering?.();
    requests.flush();
    listening.open();
  }

  function fails(which: keyof typeof working, error: Error): void {
    working[which] = false;
    events.lost(error, which === 'commands');
  }

  /** The nodes of a cluster that answer are used on. */
  function suspect(link: Link, error: Error, how: 'doubt' | 'replace'): void {
    commands[cluster ? 'renew' : how](link, error);
    feelPulse();
  }

  function feelPulse(): void {
    const link = listening.current;
    if (link === undefined) return;
    settlesWithin(link.send(['PING']), commandTimeout).catch((error: Error) => listening.replace(link, error));
  }

  async function close(): Promise<void> {
    clearInterval(pulse);
    commands.close();
    listening.close();
    requests.close();
  }

  commands.open();
  // A cluster is listened to at one of the nodes that the other connection knows.
  if (!cluster) listening.open();
  const send = (name: string, args: readonly string[], key?: string): Promise<RedisReply> =>
    requests.make(name, (link) => link.send([name, ...args], key));
  return {
    address,
    cluster,
    get epoch() {
      return epoch;
    },
    run: (script: RedisScript, keys, args) =>
      requests.make(`the script ${script.name}`, (link) => runScript(link, script, keys, args)),
    command: (name, args) => send(name, args),
    commandAt: (key, name, args) => send(name, args, key),
    close,
  };
}

/** Locks in another database than was meant would be locks that others do not share. */
function answers(link: Link, database = 0): Promise<unknown> {
  return link.send(database === 0 ? ['PING'] : ['SELECT', String(database)]);
}

/** A node that was just started answers, and then refuses all that has a key for a while. */
async function clusterAnswers(link: Link): Promise<void> {
  const info = plainReply(await link.send(['CLUSTER', 'INFO']));
  if (!String(info).includes('cluster_state:ok')) throw new Error('CLUSTERDOWN The cluster is down');
}
