/**
 * Names are for ever in metrics, keys are not. These warnings catch a key that was given as a name, once per process.
 */

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
const NUMBER_OR_HASH = /(^|[^a-z0-9])(\d+|[0-9a-f]{16,})($|[^a-z0-9])/i;

let warned = false;

/** In development only: production has the name limit, and no time for regular expressions. */
export function warnWhenNameLooksLikeKey(name: string): void {
  if (warned || process.env.NODE_ENV === 'production') return;
  if (!UUID.test(name) && !NUMBER_OR_HASH.test(name)) return;
  warned = true;
  process.emitWarning(
    `The lock name ${JSON.stringify(name)} looks like it contains a key. A name is a metric label and should be one of a few; ` +
      `give what varies as the key: locks.run('order', fn, { key: id })`,
    { type: 'LockmeterWarning', code: 'LOCKMETER_NAME_LOOKS_LIKE_KEY' },
  );
}

export function warnOfNameLimit(name: string, limit: number): void {
  process.emitWarning(
    `There are more than ${limit} lock names; ${JSON.stringify(name)} and those after it are counted together as "_other". ` +
      `They still lock apart. Names should be few: give what varies as the key`,
    { type: 'LockmeterWarning', code: 'LOCKMETER_NAME_LIMIT' },
  );
}
