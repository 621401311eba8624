export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // `npm run test:long` runs these too.
  testPathIgnorePatterns: process.env.LONG === '1' ? [] : ['<rootDir>/test/long/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  // Of a test that waits for a whole story, on a machine that is busy.
  testTimeout: 120_000,
  // A third one made clicks miss the time that Slack gives them, on two cores.
  maxWorkers: 2,
};
