/**
 * Writes etc/*.api.md: the public declarations of each entry point as the built package states them. They are checked in, so
 * that a change of what users see is a change that a reviewer sees. `npm run api` builds and runs it; a folder may be named
 * to write to instead.
 *
 * A report has the names that its entry exports. A name that they use and that no entry exports is a type that users cannot
 * write down: these are in etc/not-exported.txt.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const folder = resolve(process.argv[2] ?? join(ROOT, 'etc'));
const scratch = mkdtempSync(join(tmpdir(), 'lockmeter-api-'));

/** The name of each report and the declarations it is of. */
function entryPoints() {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return Object.entries(exports)
    .filter(([, target]) => target.import !== undefined)
    .map(([entry, target]) => ({
      name: entry === '.' ? 'lockmeter' : entry.replace('./', 'lockmeter-'),
      file: join(ROOT, target.import.types),
    }));
}

function configure({ name, file }, files) {
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    moduleResolution: 'nodenext',
    strict: true,
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules/@types')],
  };
  const silent = { default: { logLevel: 'none' } };
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: ROOT,
      mainEntryPointFilePath: file,
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { compilerOptions, files } },
      apiReport: { enabled: true, reportFileName: `${name}.api.md`, reportFolder: folder, reportTempFolder: scratch },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: { ...silent, 'ae-forgotten-export': { logLevel: 'warning' } },
        tsdocMessageReporting: silent,
      },
    },
    configObjectFullPath: join(ROOT, 'api-extractor.json'),
    packageJsonFullPath: join(ROOT, 'package.json'),
  });
}

/** Writes one report, and returns the names that it uses and its entry does not export. */
function report(config, compilerState) {
  const missing = [];
  const { errorCount } = Extractor.invoke(config, {
    compilerState,
    localBuild: true,
    messageCallback(message) {
      const name = /^The symbol "(\w+)" needs to be exported/.exec(message.text)?.[1];
      if (message.messageId === 'ae-forgotten-export' && name !== undefined) missing.push(name);
      message.handled = message.logLevel !== 'error';
    },
  });
  if (errorCount > 0) throw new Error(`${config.reportFilePath} has errors`);
  return missing;
}

function exportedBy(text) {
  return Array.from(
    text.matchAll(/^export (?:abstract )?(?:class|const|function|interface|type) (\w+)/gm),
    ([, name]) => name,
  );
}

try {
  mkdirSync(folder, { recursive: true });
  const entries = entryPoints();
  const files = entries.map(({ file }) => file);
  const configs = entries.map((entry) => configure(entry, files));
  const compilerState = CompilerState.create(configs[0], { additionalEntryPoints: files });
  const used = configs.flatMap((config) => report(config, compilerState));
  const exported = configs.flatMap(({ reportFilePath }) => exportedBy(readFileSync(reportFilePath, 'utf8')));
  const missing = [...new Set(used)].filter((name) => !exported.includes(name)).sort();
  writeFileSync(join(folder, 'not-exported.txt'), missing.map((name) => `${name}\n`).join(''));
  process.stdout.write(`${entries.length} reports in ${folder}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
