const typescript = {
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        module: { type: 'es6' },
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
      },
    ],
  },
};

/** `unit`: beside the code, in memory. `process`: starts the built program, and kills it. */
export default {
  projects: [
    { displayName: 'unit', roots: ['<rootDir>/src', '<rootDir>/examples', '<rootDir>/sandbox'], ...typescript },
    { displayName: 'process', roots: ['<rootDir>/test'], ...typescript },
  ],
  testTimeout: 120_000,
  // Both cores: a process test mostly waits for the program it has started.
  maxWorkers: 2,
};
