/**
 * Installs a Debian package for a test that needs a program of it.
 *
 * Invariants: one installation at a time on this machine, however many test files ask at once (`flock`, which the kernel
 * undoes when its holder dies); a program that another one brought meanwhile is not installed again; no service is started,
 * and the guard against that is taken away in every case.
 */
import { spawn } from 'node:child_process';

/** What to install, and where the marks of it are. */
export interface AptRequest {
  /** The program that the package brings. */
  readonly program: string;
  readonly debianPackage: string;
  /** The file that is locked meanwhile. */
  readonly lockFile: string;
  /** Debian's hook that may forbid the start of services. */
  readonly policyFile: string;
  /** Where programs are looked for. */
  readonly path: string;
}

// 101 is Debian's "forbidden by policy". A policy that is there already is its owner's, and stays.
const SCRIPT = `
set -eu
command -v "$1" >/dev/null && exit 0
if [ ! -e "$3" ]; then
  trap 'rm -f "$3"' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\\nexit 101\\n' >"$3"
  chmod 755 "$3"
fi
apt-get -q update
apt-get -q -y --no-install-recommends install "$2"
`;

/**
 * @throws Error with the last thing apt-get said when it failed.
 * @example
 * await aptInstall({ program: 'jq', debianPackage: 'jq', lockFile: '/tmp/apt.lock', policyFile, path: '/usr/bin:/bin' });
 */
export function aptInstall({ program, debianPackage, lockFile, policyFile, path }: AptRequest): Promise<void> {
  const args = [lockFile, 'sh', '-c', SCRIPT, 'apt-install', program, debianPackage, policyFile];
  const env = { ...process.env, PATH: path, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  return new Promise((resolve, reject) => {
    const child = spawn('flock', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(said.trim().split('\n').at(-1)?.trim() || `apt-get ended with ${code}`));
    });
  });
}
