/**
 * Finds a program that the proofs need and npm does not have: Prometheus, promtool, Chromium, jsonnet.
 *
 * Invariant: a test that needs it never passes without it. Either the program is there, or it is installed where that may
 * be done (root on Debian), or the test fails with one sentence that says what to install.
 */
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { aptInstall } from './apt-install.js';

/** The machine, as far as finding a program goes. */
export interface Machine {
  /** As in the environment. */
  readonly path: string;
  /** The text of `/etc/os-release`; empty where there is none. */
  readonly osRelease: string;
  readonly root: boolean;
  install(program: string, debianPackage: string): Promise<void>;
}

/**
 * The absolute path of `program`, from `PATH`; where it is missing, from Debian's package `debianPackage`, which is then
 * installed. That takes a minute or more: give the hook that calls this the time.
 *
 * @throws Error when the program is not there and cannot be installed.
 * @example
 * const promtool = await debianTool('promtool', 'prometheus'); // '/usr/bin/promtool'
 */
export async function debianTool(
  program: string,
  debianPackage: string,
  machine: Machine = thisMachine(),
): Promise<string> {
  const found = onPath(program, machine.path);
  if (found !== undefined) return found;
  if (!machine.root || !isDebian(machine.osRelease)) throw missing(program, debianPackage, 'is not on PATH');
  try {
    await machine.install(program, debianPackage);
  } catch (error) {
    throw missing(program, debianPackage, `could not be installed (${(error as Error).message})`);
  }
  const installed = onPath(program, machine.path);
  if (installed === undefined) throw missing(program, debianPackage, 'is not on PATH after its installation');
  return installed;
}

function missing(program: string, debianPackage: string, why: string): Error {
  return new Error(
    `${program} ${why}: install it, on Debian with "apt-get install ${debianPackage}", and run this again.`,
  );
}

function onPath(program: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, program))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function isDebian(osRelease: string): boolean {
  return /^ID="?debian"?$/m.test(osRelease);
}

function thisMachine(): Machine {
  const path = process.env.PATH ?? '';
  return {
    path,
    osRelease: textOrNothing('/etc/os-release'),
    root: process.getuid?.() === 0,
    install: (program, debianPackage) =>
      aptInstall({
        program,
        debianPackage,
        lockFile: join(tmpdir(), 'lockmeter-apt.lock'),
        policyFile: '/usr/sbin/policy-rc.d',
        // Installing needs the programs of the administrator, which a shell need not have on its path.
        path: [path, '/usr/sbin', '/sbin'].join(delimiter),
      }),
  };
}

function textOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
