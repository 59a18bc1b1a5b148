import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { parseDockerfile, readGlobalArguments, substitute } from './dockerfile.mjs';

/**
 * Checks what needs no container engine: the container files agree with each other and with
 * docs/configuration.md. Prints one line per problem; the exit code is 1 if there is any.
 */

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const DOCKERFILE = 'docker/Dockerfile';
const SETTINGS = 'docs/configuration.md';
const SECRETS_README = 'docker/secrets/README.md';
const CHART = 'ops/helm/push-contact';
const CHART_SETTINGS = `${CHART}/templates/_pod.tpl`;
const COMPOSE_FILES = ['backing-services-stack.yml', 'docker/compose.yml'];

const INSTRUCTIONS = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(' '),
);

const faults = [];
const fault = (file, problem) => faults.push(`${file}: ${problem}`);
const read = (file) => readFileSync(join(ROOT, file), 'utf8');
const known = readSettings();
const instructions = parseDockerfile(read(DOCKERFILE));

checkDockerfile();
for (const file of COMPOSE_FILES) checkComposeFile(file);
checkChart();

for (const line of faults) console.error(line);
console.log(`${COMPOSE_FILES.length + 1} container files and a chart checked, ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;

/**
 * Returns the names in the first cells of the tables; undefined if the page is missing, which is itself a
 * problem.
 */
function readSettings() {
  if (!existsSync(join(ROOT, SETTINGS))) {
    fault(SETTINGS, 'is missing, so no setting can be checked');
    return undefined;
  }
  const firstCells = read(SETTINGS).matchAll(/^\s*\|([^|]*)\|/gm);
  const names = [...firstCells].flatMap(([, cell]) => [...cell.matchAll(/`([A-Z][A-Z0-9_]*)`/g)]);
  if (names.length === 0) fault(SETTINGS, 'has no table row that begins with a `NAME`');
  return new Set(names.map(([, name]) => name));
}

/** Returns the settings that may be given as files: those with `yes` in the column `file`. */
function readFileSettings() {
  return [...read(SETTINGS).matchAll(/^\| `([A-Z][A-Z0-9_]*)`(?:[^|]*\|){3}\s*yes\s*\|/gm)].map(([, name]) => name);
}

function checkSetting(file, name) {
  if (known === undefined || known.has(name) || known.has(name.replace(/_FILE$/, ''))) return;
  fault(file, `${name} is no setting of ${SETTINGS}`);
}

function checkDockerfile() {
  const globals = readGlobalArguments(instructions);
  const stages = [];
  for (const { keyword, flags, rest } of instructions) {
    if (!INSTRUCTIONS.has(keyword)) fault(DOCKERFILE, `${keyword} is no instruction`);
    if (keyword === 'FROM')
      checkFrom(
        substitute(rest, (name) => globals[name]),
        stages,
      );
    else if (stages.length === 0 && keyword !== 'ARG') fault(DOCKERFILE, `${keyword} before the first FROM`);
    if (keyword === 'COPY') checkCopy(flags, rest, stages);
    if (keyword === 'ENV') for (const [, name] of rest.matchAll(/(?:^|\s)(\w+)=/g)) checkSetting(DOCKERFILE, name);
  }
  const image = instructions.slice(instructions.findLastIndex(({ keyword }) => keyword === 'FROM'));
  const last = (keyword) => image.findLast((instruction) => instruction.keyword === keyword)?.rest;
  if (!isExecForm(last('CMD'))) fault(DOCKERFILE, 'the image needs a CMD in exec form (a JSON array of strings)');
  if (!isExecForm(last('HEALTHCHECK')?.replace(/^CMD\s+/, ''))) {
    fault(DOCKERFILE, 'the image needs a HEALTHCHECK with a CMD in exec form');
  }
  if (/^(|root|0)(:|$)/.test(last('USER') ?? '')) fault(DOCKERFILE, 'the image must name a USER that is not root');
  if (last('STOPSIGNAL') !== 'SIGTERM') fault(DOCKERFILE, 'the image must be stopped by SIGTERM');
}

function checkFrom(rest, stages) {
  const [, image, name] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest) ?? [];
  if (image === undefined) fault(DOCKERFILE, `FROM ${rest} is malformed`);
  else if (!stages.includes(image)) checkPinned(DOCKERFILE, image);
  stages.push(name ?? String(stages.length));
}

function checkCopy(flags, rest, stages) {
  const sources = rest.split(/\s+/).slice(0, -1);
  if (sources.length === 0) fault(DOCKERFILE, `COPY ${rest} has no source or no target`);
  const from = /--from=(\S+)/.exec(flags)?.[1];
  if (from !== undefined) {
    if (!stages.slice(0, -1).includes(from)) fault(DOCKERFILE, `COPY --from=${from} names no earlier stage`);
    return;
  }
  const context = read('.dockerignore').split('\n');
  for (const source of sources) {
    if (!existsSync(join(ROOT, source))) fault(DOCKERFILE, `COPY ${source}: there is no such file`);
    if (!context.includes(`!${source}`)) fault('.dockerignore', `keeps ${source} from the build, which copies it`);
  }
}

function isExecForm(text) {
  try {
    const words = JSON.parse(text ?? '');
    return Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === 'string');
  } catch {
    return false;
  }
}

function checkPinned(file, image) {
  if (!/:[^/:]*\d[^/:]*$/.test(image)) fault(file, `${image} is not pinned to a version`);
}

function parseCompose(file) {
  return parse(read(file), { merge: true });
}

function checkComposeFile(file) {
  const project = parseCompose(file);
  const includedFiles = (project.include ?? []).map((path) => join(dirname(file), path));
  for (const path of includedFiles.filter((each) => !COMPOSE_FILES.includes(each))) {
    fault(file, `include: ${path} is not one of ${COMPOSE_FILES.join(', ')}`);
  }
  const included = includedFiles.filter((path) => COMPOSE_FILES.includes(path)).map((path) => parseCompose(path));
  const services = Object.assign({}, ...included.map((each) => each.services), project.services);
  const built = Object.values(services).flatMap(({ image, build }) => (build === undefined ? [] : [image]));

  const code = read(file).replace(/^\s*#.*$/gm, '');
  for (const [, name] of code.matchAll(/(?<!\$)\$\{?([A-Za-z_]\w*)/g)) checkSetting(file, name);
  for (const [name, service] of Object.entries(project.services)) {
    const at = `${file}, service ${name}`;
    if (built.includes(service.image)) checkOwnService(at, service);
    else checkBackingService(at, service);
    checkReferences(at, service, project, services, built);
  }
  checkDefinitions(file, project);
}

/**
 * Checks a service that runs our image: its variables are settings, and it must be given the secrets it
 * reads.
 */
function checkOwnService(at, service) {
  for (const [name, value] of variables(service)) {
    checkSetting(at, name);
    const secret = /^\/run\/secrets\/(.+)$/.exec(value)?.[1];
    if (secret !== undefined && !(service.secrets ?? []).includes(secret)) {
      fault(at, `${name} reads the secret ${secret}, which the service is not given`);
    }
    const mounted = (service.volumes ?? []).some((volume) => mount(volume).target === value);
    if (name.endsWith('_DIR') && !mounted) fault(at, `${name}: nothing is mounted at ${value}`);
  }
}

function checkBackingService(at, service) {
  checkPinned(at, service.image);
  if (service.healthcheck === undefined) fault(at, 'has no healthcheck');
  for (const port of service.ports ?? []) {
    if (!/^127\.0\.0\.1:\d+:\d+$/.test(port)) fault(at, `port ${port} must be published on 127.0.0.1 only`);
  }
}

function checkReferences(at, service, project, services, built) {
  for (const secret of service.secrets ?? []) {
    if (project.secrets?.[secret] === undefined) fault(at, `the secret ${secret} is not defined`);
  }
  for (const { type, source } of (service.volumes ?? []).map(mount)) {
    const defined = Object.hasOwn(project.volumes ?? {}, source);
    if (type === 'volume' && !defined) fault(at, `the volume ${source} is not defined`);
  }
  for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
    const needed = services[name];
    const healthy = needed?.healthcheck !== undefined || built.includes(needed?.image);
    if (needed === undefined) fault(at, `depends on ${name}, which is no service`);
    else if (condition === 'service_healthy' && !healthy) fault(at, `${name} has no healthcheck to wait for`);
  }
}

function checkDefinitions(file, project) {
  const services = Object.values(project.services);
  const mounted = services.flatMap(({ volumes }) => (volumes ?? []).map((volume) => mount(volume).source));
  const given = services.flatMap(({ secrets }) => secrets ?? []);
  for (const volume of Object.keys(project.volumes ?? {})) {
    if (!mounted.includes(volume)) fault(file, `no service mounts the volume ${volume}`);
  }
  for (const [secret, { file: source }] of Object.entries(project.secrets ?? {})) {
    if (!given.includes(secret)) fault(file, `no service is given the secret ${secret}`);
    const path = normalize(join(dirname(file), source));
    const name = path.slice(`${dirname(SECRETS_README)}/`.length);
    if (dirname(path) !== dirname(SECRETS_README)) fault(file, `${path} is not in the git-ignored folder of secrets`);
    else if (!read(SECRETS_README).includes(`> ${name}`)) fault(SECRETS_README, `does not say how to make ${name}`);
  }
}

/** Name and value of each variable; `environment` may be a map or a list. */
function variables({ environment = {} }) {
  if (!Array.isArray(environment)) return Object.entries(environment).map(([name, value]) => [name, String(value)]);
  return environment.map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]);
}

/** A mount in its long form. */
function mount(volume) {
  if (typeof volume !== 'string') return volume;
  const [source, target] = volume.split(':');
  return { type: /^[./~]/.test(source) ? 'bind' : 'volume', source, target };
}

/**
 * Checks the chart's templates and values as text, without Helm: each NAME in quotes is a setting, and each
 * secret setting can be given. What they render is tested in test/integration/helm-chart.spec.ts.
 */
function checkChart() {
  const named = [...read(CHART_SETTINGS).matchAll(/"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"/g)].map(([, name]) => name);
  // A secret is given as NAME_FILE, which for one setting is its only name.
  for (const name of named) checkSetting(CHART_SETTINGS, known?.has(name) ? name : `${name}_FILE`);
  const isFile = (name) => named.includes(name);
  for (const name of readFileSettings().filter((each) => !isFile(each))) {
    fault(CHART_SETTINGS, `the secret setting ${name} cannot be given`);
  }
  const { propertyNames } = JSON.parse(read(`${CHART}/values.schema.json`)).definitions.settings;
  for (const name of readFileSettings().filter((each) => !propertyNames.not.enum.includes(each))) {
    fault(`${CHART}/values.schema.json`, `takes the secret ${name} as a value`);
  }
  const values = read(`${CHART}/values.yaml`);
  for (const [, name] of values.matchAll(/^#? +([A-Z][A-Z0-9_]+): /gm)) checkSetting(`${CHART}/values.yaml`, name);
}
