/**
 * The options of `forRootAsync`, checked: Nest would take options without a factory and fail later, over something else.
 */
import { checkNoOthers, checkOptions } from '../../src/options.js';

const FACTORIES = ['useFactory', 'useClass', 'useExisting'] as const;
const OPTIONS = [...FACTORIES, 'imports', 'inject', 'provideInjectionTokensFrom', 'isGlobal'];

/** @throws TypeError when an option is not known, or there is not exactly one factory. */
export function checkAsyncOptions(options: { [factory in (typeof FACTORIES)[number]]?: unknown }): void {
  checkOptions(options);
  checkNoOthers(options, OPTIONS);
  const given = FACTORIES.filter((name) => options[name] !== undefined);
  if (given.length === 1) return;
  const got = given.length === 0 ? 'none' : given.join(' and ');
  throw new TypeError(`forRootAsync needs one of ${FACTORIES.join(', ')}, got ${got}`);
}
