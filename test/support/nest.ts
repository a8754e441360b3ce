/** Where NestJS is in this repository, in both of its major versions, for applications that are installed beside it. */

const PARTS = ['common', 'core', 'platform-express'];
const FOLDERS = { 11: 'test/nestjs/nest-11/node_modules/@nestjs', 12: '@nestjs' };

/**
 * What an application on that major version needs.
 *
 * @example
 * installBeside(nest(11));
 */
export function nest(major: keyof typeof FOLDERS): Record<string, string> {
  const parts = PARTS.map((part) => [`@nestjs/${part}`, `${FOLDERS[major]}/${part}`]);
  return { ...Object.fromEntries(parts), 'reflect-metadata': 'reflect-metadata', rxjs: 'rxjs' };
}
