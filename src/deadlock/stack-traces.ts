/**
 * How V8 takes a stack, for the time of one call.
 *
 * Invariant: the application finds `Error` as it left it; and where it let nobody change that, as in a process with frozen
 * intrinsics, the call is made with what there is.
 */

type Settings = Partial<Pick<ErrorConstructor, 'stackTraceLimit' | 'prepareStackTrace'>>;

export function withStackTraces<T>(settings: Settings, call: () => T): T {
  const { stackTraceLimit, prepareStackTrace } = Error;
  set(settings);
  try {
    return call();
  } finally {
    set('prepareStackTrace' in settings ? { stackTraceLimit, prepareStackTrace } : { stackTraceLimit });
  }
}

/** Unlike an assignment, `Reflect.set` does not throw for what is read-only. */
function set(settings: Settings): void {
  for (const [name, value] of Object.entries(settings)) Reflect.set(Error, name, value);
}
