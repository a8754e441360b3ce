/**
 * A page of the documentation, so that a test can hold it against the code: its tables, its examples.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from './run-program.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export class DocsPage {
  readonly text: string;

  /** @param path From the root of the repository. */
  constructor(path: string) {
    this.text = readFileSync(join(ROOT, path), 'utf8');
  }

  /** The section of this heading, of level 2. */
  section(heading: string): string {
    const start = this.text.indexOf(`\n## ${heading}\n`);
    if (start === -1) throw new Error(`no section ${heading}`);
    const end = this.text.indexOf('\n## ', start + 1);
    return this.text.slice(start, end === -1 ? undefined : end);
  }

  /** The cells of the tables of a section, row by row, without their heads. */
  tables(heading: string): string[][][] {
    return Array.from(this.section(heading).matchAll(/(?:^\|.*\n)+/gm), ([table]) =>
      table
        .trimEnd()
        .split('\n')
        .slice(2)
        .map((row) => row.slice(2, -2).split(/(?<!\\) \| /)),
    );
  }

  /** The blocks of code in this language. */
  code(language: string): string[] {
    return Array.from(this.text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms')), ([, code]) => code!);
  }

  /** What the compiler has against its TypeScript, each block being a module. Nothing, if all is well. */
  compilerErrors(): string {
    mkdirSync(join(ROOT, '.build'), { recursive: true });
    const folder = mkdtempSync(join(ROOT, '.build/docs-page-'));
    try {
      const base = join(ROOT, 'tsconfig.check.json');
      const { paths } = JSON.parse(readFileSync(base, 'utf8')).compilerOptions as { paths: Record<string, string[]> };
      const absolute = Object.fromEntries(Object.entries(paths).map(([name, [file]]) => [name, [join(ROOT, file!)]]));
      const compilerOptions = { rootDir: ROOT, noUnusedLocals: false, skipLibCheck: true, paths: absolute };
      writeFileSync(
        join(folder, 'tsconfig.json'),
        JSON.stringify({ extends: base, compilerOptions, include: [folder] }),
      );
      for (const [i, block] of this.code('ts').entries()) writeFileSync(join(folder, `example-${i + 1}.ts`), block);
      const { stdout, stderr } = runProgram(ROOT, process.execPath, [
        join(ROOT, 'node_modules/typescript/bin/tsc'),
        '-p',
        folder,
      ]);
      return stdout + stderr;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}
