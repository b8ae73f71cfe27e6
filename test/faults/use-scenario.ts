import { type Expectations, violations } from './checker.ts';
import { Scenario } from './scenario.ts';

/** What a test may still change about its own scenario. */
export interface ScenarioInTest {
  readonly current: Scenario;
  expectations: Expectations;
}

/** Gives each test a scenario of its own; afterwards checks it, and always clears it away. */
export function useScenario(): ScenarioInTest {
  let scenario: Scenario | undefined;
  const inTest = {
    expectations: {} as Expectations,
    get current(): Scenario {
      if (!scenario) throw new TypeError('A scenario exists only inside a test');
      return scenario;
    },
  };

  beforeEach(async () => {
    inTest.expectations = {};
    scenario = await Scenario.begin();
  });

  afterEach(async () => {
    try {
      expect(violations(inTest.current, inTest.expectations)).toEqual([]);
    } finally {
      await scenario?.end();
    }
  });

  return inTest;
}
