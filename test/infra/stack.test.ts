import { afterAll, beforeAll } from '@jest/globals';
import { testAlarms } from './stack/alarms.ts';
import { testDestinations } from './stack/destinations.ts';
import { testEdge } from './stack/edge.ts';
import { testFindings } from './stack/findings.ts';
import { testFunctions } from './stack/lambdas.ts';
import { testScans } from './stack/scans.ts';
import { openStacks } from './stack/stacks.ts';
import { testState } from './stack/state.ts';

/** One synthesis for all of them: it takes longer than everything that is looked at in it. */
const stacks = openStacks();
beforeAll(() => stacks.synthesize(), 600_000);
afterAll(() => stacks.remove());

testState(stacks);
testFunctions(stacks);
testEdge(stacks);
testAlarms(stacks);
testScans(stacks);
testDestinations(stacks);
testFindings(stacks);
