/**
 * Jest in ESM mode: NestJS 12 is ESM only. Needs NODE_OPTIONS=--experimental-vm-modules, which `npm test` sets.
 *
 * The tests of an integration run once for each major version of its framework: the newest is what `express` and `@nestjs/…`
 * resolve to, and a project of its own puts the one before in their place, for the tests and the sources alike.
 */
const swc = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2022',
  },
  module: { type: 'es6' },
};

const packages = {
  '^lockmeter$': '<rootDir>/src/index.ts',
  '^lockmeter/(prometheus|opentelemetry)$': '<rootDir>/src/telemetry/$1.ts',
  '^lockmeter/redis$': '<rootDir>/src/drivers/redis/index.ts',
  '^lockmeter/driver-contract$': '<rootDir>/src/drivers/contract/index.ts',
  '^lockmeter/(express|nestjs)$': '<rootDir>/integrations/$1/index.ts',
  '^(\\.{1,2}/(?:.*/)?(?:prometheus-client|redis-libraries))\\.cjs$': '$1.cts',
  '^(\\.{1,2}/.*)\\.js$': '$1',
};

function project(displayName, tests, replaced = {}) {
  return {
    displayName,
    testEnvironment: 'node',
    testMatch: [`<rootDir>/test/${tests}.test.ts`],
    extensionsToTreatAsEsm: ['.ts'],
    transform: {
      '^.+\\.ts$': ['@swc/jest', swc],
      '^.+\\.cts$': ['@swc/jest', { ...swc, module: { type: 'commonjs' } }],
    },
    moduleNameMapper: { ...replaced, ...packages },
    collectCoverageFrom: ['src/**/*.ts', 'integrations/**/*.ts'],
  };
}

export default {
  projects: [
    project('newest', '**/*'),
    project('express 4', 'express/**/*', { '^express$': 'express4' }),
    project('nest 11', 'nestjs/**/*', { '^@nestjs/(.+)$': '<rootDir>/test/nestjs/nest-11/node_modules/@nestjs/$1' }),
  ],
  // Half of the tests wait for servers and child processes: on two cores one worker, the default, would leave both idle.
  maxWorkers: '100%',
  // Modules of tests that are over stay in the memory of a worker: past this it is replaced, or collecting garbage stops it for seconds.
  workerIdleMemoryLimit: '700MB',
  // Only for what hangs. No test says anything about time by it: a machine may be as busy as it likes.
  testTimeout: 120_000,
  coverageProvider: 'v8',
};
