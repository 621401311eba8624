export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // `npm run test:long` runs these too.
  testPathIgnorePatterns: process.env.LONG === '1' ? [] : ['<rootDir>/test/long/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  testTimeout: 60_000,
  // Many tests wait for servers and browsers: on two cores a third one uses what they leave.
  maxWorkers: 3,
};
