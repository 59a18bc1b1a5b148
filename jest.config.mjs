/** Shared by every tier: sources are ES modules, compiled one by one with the build's compiler options. */
const esm = {
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['ts-jest', { useESM: true }] },
};

/** Tiers that use MongoDB and Redis: both are started once for all files, each file has its own database. */
const withBackingServices = {
  ...esm,
  globalSetup: '<rootDir>/test/support/start-backing-services.mjs',
  globalTeardown: '<rootDir>/test/support/stop-backing-services.mjs',
};

export default {
  testTimeout: 180_000,
  maxWorkers: 2,
  testSequencer: '<rootDir>/test/support/long-first.mjs',
  projects: [
    { ...esm, displayName: 'small', testMatch: ['<rootDir>/src/**/*.spec.ts'] },
    { ...withBackingServices, displayName: 'integration', testMatch: ['<rootDir>/test/integration/**/*.spec.ts'] },
    { ...withBackingServices, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'] },
    { ...withBackingServices, displayName: 'security', testMatch: ['<rootDir>/test/security/**/*.spec.ts'] },
    { ...withBackingServices, displayName: 'faults', testMatch: ['<rootDir>/test/faults/*.spec.ts'] },
    { ...withBackingServices, displayName: 'image', testMatch: ['<rootDir>/test/image/*.spec.mjs'] },
    { ...withBackingServices, displayName: 'upgrade', testMatch: ['<rootDir>/test/upgrade/*.spec.ts'] },
    { ...withBackingServices, displayName: 'engines', testMatch: ['<rootDir>/test/engines/**/*.spec.ts'] },
    { ...withBackingServices, displayName: 'elections', testMatch: ['<rootDir>/test/faults/elections/*.spec.ts'] },
    { ...withBackingServices, displayName: 'load', testMatch: ['<rootDir>/test/load/**/*.spec.ts'] },
    { ...withBackingServices, displayName: 'browser', testMatch: ['<rootDir>/test/browser/**/*.spec.ts'] },
  ],
};
