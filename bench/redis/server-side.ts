/** What the server knows: its processor time, its connections. Asked over a connection that no contestant uses. */
import { ioredis } from './contestants/clients.js';

/** A connection for questions. */
export interface ServerSide {
  echo(text: string): Promise<unknown>;
  /** Microseconds of processor time that the server has used so far. */
  cpu(): Promise<number>;
  /** Connections other than this one. */
  connections(): Promise<number>;
  /** Calls of scripts so far, whoever made them. */
  scriptCalls(): Promise<number>;
  close(): Promise<unknown>;
}

export async function serverSide(port: number): Promise<ServerSide> {
  const client = await ioredis(port);
  return {
    echo: (text) => client.echo(text),
    async cpu() {
      const info = await client.info('cpu');
      return (seconds(info, 'used_cpu_user') + seconds(info, 'used_cpu_sys')) * 1e6;
    },
    async connections() {
      const list = String(await client.client('LIST'));
      return list.trim().split('\n').length - 1;
    },
    async scriptCalls() {
      const info = await client.info('commandstats');
      return Array.from(info.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g), ([, calls]) => Number(calls)).reduce(
        (sum, calls) => sum + calls,
        0,
      );
    },
    close: () => client.quit(),
  };
}

function seconds(info: string, field: string): number {
  const found = new RegExp(`^${field}:([\\d.]+)`, 'm').exec(info);
  if (found === null) throw new Error(`INFO cpu has no ${field}`);
  return Number(found[1]);
}
