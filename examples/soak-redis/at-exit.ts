/**
 * What must be done when this process ends, however it comes to that, short of being killed: one listener, however much
 * there is.
 */
const todo = new Set<() => void>();

/** Calls `act` when this process exits. Returns the function that takes that back. */
export function atExit(act: () => void): () => void {
  if (todo.size === 0) process.on('exit', doAll);
  todo.add(act);
  return () => {
    todo.delete(act);
    if (todo.size === 0) process.off('exit', doAll);
  };
}

function doAll(): void {
  for (const act of todo) act();
}
