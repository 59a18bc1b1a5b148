// Runs the tests in their order and ends on one line, "N passed, N failed".
//
//   node test/support/run-tests.mjs [--only-faults | --only-engines] [--rounds=N] [--nodes=A,B]
//     [options and patterns of jest]
//
// With --nodes=24,20.19,22 all tests run on versions of Node.js from npm's package `node`: all tiers on the
// first, the small tier and the part of e2e that depends on Node.js on the others.
// Jest refuses options that it does not know, so ours are removed and passed on as a variable.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const results = fileURLToPath(new URL('../../.data/test-results.json', import.meta.url));

/**
 * Fault tests mostly wait for pauses and leases, so four files share two cores; a file of the tier `engines`
 * starts several servers of MongoDB or Redis. Elections in a replica set of three, and tests that measure
 * time or memory, run last and alone.
 */
const STEPS = [
  { projects: ['small', 'integration', 'e2e', 'security', 'browser'], options: ['--maxWorkers=3'] },
  { projects: ['faults'], options: ['--maxWorkers=4'], only: '--only-faults' },
  { projects: ['engines'], options: ['--maxWorkers=3'], only: '--only-engines' },
  { projects: ['elections', 'load'], options: ['--runInBand'], only: '--only-faults' },
];

/** Run on each version of Node.js that is asked for; they mostly wait, so five files share two cores. */
const TIERS_OF_NODES = ['small', 'e2e'];
const OPTIONS_OF_NODES = ['--maxWorkers=5'];

/** After the first version, what depends most on Node.js: HTTP, TLS, sending, the start. */
const FILES_OF_FURTHER_VERSIONS = ['/src/', 'e2e/(http|push-api|sending|start|start-modes|tracking|web-push)\\.spec'];

/** What is told again of the reasons: of so many failures, so many lines that are so long. */
const REASONS = { failures: 20, lines: 12, columns: 160 };

const ours = process.argv.slice(2).filter((argument) => /^--(only-(faults|engines)$|rounds=|nodes=)/.test(argument));
const forJest = process.argv.slice(2).filter((argument) => !ours.includes(argument));
const rounds = Number(ours.find((argument) => argument.startsWith('--rounds='))?.slice('--rounds='.length) ?? '1');
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error('--rounds: must be a whole number from 1');
  process.exit(1);
}

const nodes =
  ours
    .find((argument) => argument.startsWith('--nodes='))
    ?.slice('--nodes='.length)
    .split(',') ?? [];
if (!nodes.every((version) => /^\d+(\.\d+){0,2}$/.test(version))) {
  console.error('--nodes: must be versions of Node.js, as 24,20.19,22');
  process.exit(1);
}

const totals = { passed: 0, failed: 0 };
/** Told again before the last line, with their reasons: the output between them may be long, and cut. */
const failures = [];
let status = 0;
for (const { projects, options, command, version } of chooseSteps()) {
  if (version !== undefined && !isVersion(command, version)) {
    console.error(`Node.js ${version} does not run: ${command.join(' ')}`);
    totals.failed += 1;
    status = 1;
    continue;
  }
  const args = ['--selectProjects', ...projects, '--passWithNoTests', ...options, ...forJest];
  status = runJest(command, args) || status;
}
for (const [index, { name, message }] of failures.entries()) {
  console.log(`failed: ${name}`);
  if (index < REASONS.failures) console.log(shorten(message));
}
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(status);

function chooseSteps() {
  const isPart = ours.some((argument) => argument.startsWith('--only-'));
  const steps = STEPS.filter(({ only }) => !isPart || ours.includes(only));
  const [first] = nodes;
  if (first === undefined) return steps.map((step) => ({ ...step, command: [process.execPath] }));
  const ofAll = nodes.map((version, index) => ({
    projects: TIERS_OF_NODES,
    options: [...OPTIONS_OF_NODES, ...(index > 0 ? FILES_OF_FURTHER_VERSIONS : [])],
    command: commandOf(version),
    version,
  }));
  const ofFirst = steps.map(({ projects, options }) => ({
    projects: projects.filter((project) => !TIERS_OF_NODES.includes(project)),
    options,
    command: commandOf(first),
    version: first,
  }));
  return isPart ? ofFirst : [...ofAll, ...ofFirst];
}

/** The package fetches its binary by a script, from npm as well; without it the present Node.js would run. */
function commandOf(version) {
  return ['npm', 'exec', '--yes', '--ignore-scripts=false', `--package=node@${version}`, '--', 'node'];
}

function isVersion([command, ...args], version) {
  const { stdout } = spawnSync(command, [...args, '-p', 'process.versions.node'], { cwd: root, encoding: 'utf8' });
  return `${stdout.trim()}.`.startsWith(`${version}.`);
}

function runJest([command, ...first], args) {
  mkdirSync(new URL('../../.data/', import.meta.url), { recursive: true });
  rmSync(results, { force: true });
  const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
  const ended = spawnSync(command, [...first, ...jest, '--json', `--outputFile=${results}`, ...args], {
    cwd: root,
    stdio: ['inherit', 'inherit', 'inherit'],
    env: { ...process.env, TEST_FAULT_ROUNDS: String(rounds) },
  });
  if (!existsSync(results)) {
    console.error(`Jest did not run: ${[command, ...first].join(' ')}`);
    totals.failed += 1;
    return 1;
  }
  const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(
    readFileSync(results, 'utf8'),
  );
  failures.push(...findFailures(testResults));
  totals.passed += numPassedTests;
  // A file that cannot run at all reports no failed tests.
  totals.failed += Math.max(numFailedTests, numFailedTestSuites);
  return ended.status ?? 1;
}

/** A file that cannot run at all has no tests, so it is named itself. */
function findFailures(files) {
  return files
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, message, assertionResults }) => {
      const failed = assertionResults.filter((test) => test.status === 'failed');
      const file = relative(root, name);
      if (failed.length === 0) return [{ name: file, message }];
      return failed.map(({ fullName, failureMessages }) => ({
        name: `${file}: ${fullName}`,
        message: failureMessages.join('\n'),
      }));
    });
}

/** The first lines of a message, indented and without colours, and the place of ours that it comes from. */
function shorten(message) {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const isPlace = (line) => /^ +at /.test(line);
  const place = lines.find((line) => isPlace(line) && line.includes(root) && !line.includes('node_modules'));
  const shown = lines.filter((line) => !isPlace(line)).slice(0, REASONS.lines - 1);
  return [...shown, ...(place === undefined ? [] : [place])]
    .map((line) => `    ${line.replaceAll(root, '').slice(0, REASONS.columns)}`)
    .join('\n');
}
