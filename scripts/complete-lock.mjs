/**
 * Completes package-lock.json with the optional packages of other platforms. npm leaves them out when the registry it asks
 * is a mirror that lacks them, and `npm ci` then calls the lock file out of sync on every platform. Run after `npm install`
 * behind such a mirror; where nothing is missing it changes nothing.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = 'package-lock.json';
const OS = /darwin|linux|win32|android|freebsd|netbsd|openbsd|sunos|aix|openharmony/;
const CPU = /arm64|x64|arm|ia32|ppc64|s390x|riscv64|loong64|mips64el|wasm32/;

const lock = JSON.parse(readFileSync(FILE, 'utf8'));
let added = 0;
for (const [place, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const there = [`node_modules/${name}`, `${place}/node_modules/${name}`].some((path) => path in lock.packages);
    if (there || !/^\d/.test(version)) continue;
    const os = OS.exec(name)?.[0] ?? 'none';
    const cpu = CPU.exec(name)?.[0] ?? 'none';
    lock.packages[`node_modules/${name}`] = { version, cpu: [cpu], ...(dev && { dev }), optional: true, os: [os] };
    added++;
  }
}
if (added > 0) {
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
}
process.stdout.write(`${FILE}: ${added} added\n`);
