/** Finding a program, and installing it, without touching the machine: its own folders, an `apt-get` of its own. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aptInstall } from './apt-install.js';
import { debianTool, type Machine } from './debian-tool.js';

const DEBIAN = 'PRETTY_NAME="Debian"\nID=debian\n';
let folder: string;
let bin: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'debian-tool-'));
  bin = join(folder, 'bin');
  await mkdir(bin);
});
afterEach(() => rm(folder, { recursive: true }));

const script = (name: string, text: string, mode = 0o755) =>
  writeFile(join(bin, name), `#!/bin/sh\n${text}\n`, { mode });

describe('debianTool', () => {
  const asked: string[][] = [];
  const machine = (changes: Partial<Machine> = {}): Machine => ({
    path: `relative:${join(folder, 'no-such')}:${bin}`,
    osRelease: DEBIAN,
    root: true,
    install: async (...what) => {
      asked.push(what);
    },
    ...changes,
  });
  beforeEach(() => {
    asked.length = 0;
  });

  test('takes what is on PATH, and installs nothing', async () => {
    await script('promtool', '');
    await expect(debianTool('promtool', 'prometheus', machine())).resolves.toBe(join(bin, 'promtool'));
    expect(asked).toEqual([]);
  });

  test('a folder, or a file that may not be run, is no program', async () => {
    await mkdir(join(bin, 'folder'));
    await script('plain', '', 0o644);
    const elsewhere = machine({ root: false });
    await expect(debianTool('folder', 'x', elsewhere)).rejects.toThrow('folder is not on PATH');
    await expect(debianTool('plain', 'x', elsewhere)).rejects.toThrow('plain is not on PATH');
  });

  test('installs the package where it is missing and this is root on Debian', async () => {
    const install = async (program: string, debianPackage: string): Promise<void> => {
      asked.push([program, debianPackage]);
      await script(program, '');
    };
    await expect(debianTool('promtool', 'prometheus', machine({ install }))).resolves.toBe(join(bin, 'promtool'));
    expect(asked).toEqual([['promtool', 'prometheus']]);
  });

  test.each([
    ['somebody who is not root', { root: false }],
    ['another system', { osRelease: 'ID=ubuntu\nID_LIKE=debian\n' }],
    ['a system that does not say what it is', { osRelease: '' }],
  ])('says in one sentence what to install: %s', async (_who, changes) => {
    await expect(debianTool('promtool', 'prometheus', machine(changes))).rejects.toThrow(
      /^promtool is not on PATH: install it, on Debian with "apt-get install prometheus", and run this again\.$/,
    );
    expect(asked).toEqual([]);
  });

  test('says why the installation failed', async () => {
    const install = () => Promise.reject(new Error('E: Unable to locate package prometheus'));
    await expect(debianTool('promtool', 'prometheus', machine({ install }))).rejects.toThrow(
      'promtool could not be installed (E: Unable to locate package prometheus): install it, on Debian with',
    );
  });

  test('does not believe an installation that brought nothing', async () => {
    await expect(debianTool('promtool', 'prometheus', machine())).rejects.toThrow('after its installation');
  });
});

describe('aptInstall', () => {
  const policy = () => join(folder, 'policy-rc.d');
  const log = () => readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
  const install = () =>
    aptInstall({
      program: 'tool',
      debianPackage: 'tools',
      lockFile: join(folder, 'lock'),
      policyFile: policy(),
      path: `${bin}:${process.env.PATH}`,
    });
  /** Notes what it was told and what the policy says meanwhile; `install` brings the program. */
  const apt = (atInstall: string) =>
    script(
      'apt-get',
      `sh '${policy()}'; echo "$? $DEBIAN_FRONTEND $*" >>'${folder}/log'
       case "$*" in *install*) ${atInstall};; esac`,
    );
  /** Slow enough for the others to come in while it works. */
  const bringing = () => apt(`sleep 0.2; echo '#!/bin/sh' >'${bin}/tool'; chmod 755 '${bin}/tool'`);

  test('updates, installs, and forbids services meanwhile', async () => {
    await bringing();
    await install();
    expect(log()).toEqual([
      '101 noninteractive -q update',
      '101 noninteractive -q -y --no-install-recommends install tools',
    ]);
    expect(existsSync(policy())).toBe(false);
  });

  test('of several at once one installs, and the others find the program', async () => {
    await bringing();
    await Promise.all([install(), install(), install()]);
    expect(log()).toHaveLength(2);
  });

  test('a failure is told with the last words, and the guard is gone', async () => {
    await apt('echo reading; echo "E: no such package" >&2; exit 100');
    await expect(install()).rejects.toThrow(/^E: no such package$/);
    expect(existsSync(policy())).toBe(false);
  });

  test('a failure without words has its number', async () => {
    await apt('exit 7');
    await expect(install()).rejects.toThrow('apt-get ended with 7');
  });

  test('a policy of the machine is left as it is', async () => {
    await writeFile(policy(), '#!/bin/sh\nexit 104\n');
    await bringing();
    await install();
    expect(log()[0]).toBe('104 noninteractive -q update');
    expect(readFileSync(policy(), 'utf8')).toContain('exit 104');
  });
});
