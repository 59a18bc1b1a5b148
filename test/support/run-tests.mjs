// Runs the tests in their order and ends on one line, "N passed, N failed".
//
//   node test/support/run-tests.mjs [--only-faults] [--rounds=N] [options and patterns of jest]
// Jest refuses options that it does not know, so ours are removed and passed on as a variable.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const results = fileURLToPath(new URL('../../.data/test-results.json', import.meta.url));

/**
 * Fault tests mostly wait for pauses and leases, so three files share two cores. Elections in a replica set
 * of three, and tests that measure time or memory, run last and alone.
 */
const STEPS = [
  { projects: ['small', 'integration', 'e2e', 'browser'], options: [], isFault: false },
  { projects: ['faults'], options: ['--maxWorkers=3'], isFault: true },
  { projects: ['elections', 'load'], options: ['--runInBand'], isFault: true },
];

const ours = process.argv.slice(2).filter((argument) => /^--(only-faults$|rounds=)/.test(argument));
const forJest = process.argv.slice(2).filter((argument) => !ours.includes(argument));
const rounds = Number(ours.find((argument) => argument.startsWith('--rounds='))?.slice('--rounds='.length) ?? '1');
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error('--rounds: must be a whole number from 1');
  process.exit(1);
}

const steps = STEPS.filter(({ isFault }) => isFault || !ours.includes('--only-faults'));
const totals = { passed: 0, failed: 0 };
let status = 0;
for (const { projects, options } of steps) {
  status = runJest(['--selectProjects', ...projects, '--passWithNoTests', ...options, ...forJest]) || status;
}
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(status);

function runJest(args) {
  mkdirSync(new URL('../../.data/', import.meta.url), { recursive: true });
  rmSync(results, { force: true });
  const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
  const ended = spawnSync(process.execPath, [...jest, '--json', `--outputFile=${results}`, ...args], {
    cwd: root,
    stdio: ['inherit', 'inherit', 'inherit'],
    env: { ...process.env, TEST_FAULT_ROUNDS: String(rounds) },
  });
  const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(results, 'utf8'));
  totals.passed += numPassedTests;
  // A file that cannot run at all reports no failed tests.
  totals.failed += Math.max(numFailedTests, numFailedTestSuites);
  return ended.status ?? 1;
}
