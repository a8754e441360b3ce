/**
 * Certificates of nobody: an authority that was made up for one test, and what it says of 127.0.0.1.
 *
 * Invariant: they are in the folder that was given, and nothing on this machine trusts them.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TlsFiles } from '../../examples/shared/servers/redis-process.js';
import { debianTool } from './debian-tool.js';

const run = promisify(execFile);

/**
 * Makes an authority, and a certificate of it for servers and clients at 127.0.0.1.
 *
 * @throws Error when there is no openssl and it cannot be installed.
 * @example
 * const { ca, cert, key } = await certificates(folder); // paths of files in PEM form
 */
export async function certificates(folder: string): Promise<TlsFiles> {
  const openssl = await debianTool('openssl', 'openssl');
  const [ca, caKey, cert, key] = ['ca.pem', 'ca.key', 'own.pem', 'own.key'].map((name) => join(folder, name));
  const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  await run(openssl, [...make, '-subj', '/CN=nobody', '-out', ca!, '-keyout', caKey!]);
  const signed = ['-CA', ca!, '-CAkey', caKey!, '-addext', 'basicConstraints=critical,CA:FALSE'];
  const address = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  await run(openssl, [...make, ...signed, ...address, '-out', cert!, '-keyout', key!]);
  return { ca: ca!, cert: cert!, key: key! };
}
