/**
 * Files of which nobody ever sees a half: not another process, and not the one that finds them after a crash.
 *
 * Invariant: a name appears with its whole text, or keeps the one it had.
 */
import { link, rename, rm, writeFile } from 'node:fs/promises';

let drafts = 0;

/** Replaces what the file says. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await rename(await draftOf(path, text), path);
}

/** Makes the file, unless it is there: of several processes that do it, the first does. */
export async function createFile(path: string, text: string): Promise<void> {
  const draft = await draftOf(path, text);
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
}

/** Processes that share a folder write drafts of the same file. */
async function draftOf(path: string, text: string): Promise<string> {
  const draft = `${path}.${process.pid}.${drafts++}`;
  await writeFile(draft, text);
  return draft;
}
