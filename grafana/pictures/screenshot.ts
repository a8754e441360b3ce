/**
 * A page as a PNG, through a headless Chromium.
 *
 * Invariants: an error in the page's script fails the picture; the browser's profile is a folder of its own that is gone
 * afterwards, whatever happens.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from './page.js';

const run = promisify(execFile);

/** Milliseconds; a picture takes two or three seconds. */
const TIMEOUT = 60_000;

/**
 * The picture of a page.
 *
 * @param chromium - path of the browser.
 * @returns the bytes of a PNG of the page's size.
 * @throws Error when the browser fails, takes longer than a minute, or logs an error of the page.
 * @example
 * await writeFile('overview.png', await screenshot('/usr/bin/chromium', dashboardPage(dashboard, results)));
 */
export async function screenshot(chromium: string, { html, width, height }: Page): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'lockmeter-picture-'));
  try {
    const [page, picture] = [join(folder, 'page.html'), join(folder, 'picture.png')];
    await writeFile(page, html);
    const { stderr } = await run(chromium, [...FLAGS, ...flagsFor(folder, picture, width, height), url(page)], {
      timeout: TIMEOUT,
      killSignal: 'SIGKILL',
    });
    const [error] = /^.*CONSOLE.*(?:Uncaught|Error).*$/m.exec(stderr) ?? [];
    if (error !== undefined) throw new Error(`the page could not be drawn: ${error}`);
    return await readFile(picture);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const FLAGS = [
  '--headless',
  // The page is a file that was just written here, and containers rarely allow what the sandbox needs.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--hide-scrollbars',
  '--force-device-scale-factor=1',
  // Coloured edges of letters would triple the size of the file.
  '--disable-lcd-text',
  '--enable-logging=stderr',
];

function flagsFor(folder: string, picture: string, width: number, height: number): string[] {
  return [`--user-data-dir=${join(folder, 'profile')}`, `--window-size=${width},${height}`, `--screenshot=${picture}`];
}

function url(file: string): string {
  return pathToFileURL(file).href;
}
