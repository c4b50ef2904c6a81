/** The environment without the test runner's own variables, which must not reach one that a child starts. */
export const runnerFree = Object.fromEntries(
  Object.entries({ ...process.env, NO_COLOR: '1' }).filter(
    ([name]) => !/^(VITEST|TEST$|INIT_CWD|NODE_ENV|DEV$|PROD$|MODE$)/.test(name),
  ),
);
