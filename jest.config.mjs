/** Jest in ESM mode: NestJS 12 is ESM only. Needs NODE_OPTIONS=--experimental-vm-modules, which `npm test` sets. */
const swc = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2022',
  },
  module: { type: 'es6' },
};

export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', swc],
    '^.+\\.cts$': ['@swc/jest', { ...swc, module: { type: 'commonjs' } }],
  },
  moduleNameMapper: {
    '^lockmeter$': '<rootDir>/src/index.ts',
    '^lockmeter/(prometheus|opentelemetry)$': '<rootDir>/src/telemetry/$1.ts',
    '^lockmeter/(express|nestjs)$': '<rootDir>/integrations/$1/index.ts',
    '^(\\.{1,2}/(?:.*/)?prometheus-client)\\.cjs$': '$1.cts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts', 'integrations/**/*.ts'],
};
