import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Runs a command in the root of a replayed image as an engine does with `--read-only`, `--cap-drop=ALL` and
 * `--security-opt=no-new-privileges`: as the image's user, first process of its own process namespace.
 * Without a command, runs that of CMD. It shares the network of this machine.
 */
export function runImage(
  image,
  { command = JSON.parse(image.described.CMD), environment = {}, isReadOnly = true } = {},
) {
  const variables = Object.entries({ ...image.environment, ...environment }).map(([name, value]) => `${name}=${value}`);
  const { root, workdir, described } = image;
  const mounts = [
    `mount --bind "${root}" "${root}"`,
    ...(isReadOnly ? [`mount -o remount,ro,bind "${root}"`] : []),
    `mount -t proc proc "${root}/proc"`,
  ];
  const user = described.USER;
  const drop = `--reuid=${user} --regid=${user} --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs`;
  const enter = `exec chroot "${root}" /usr/bin/setpriv ${drop} /usr/bin/env -i --chdir="${workdir}" "$@"`;
  const script = ['set -e', ...mounts, enter].join('; ');
  const args = ['--mount', '--pid', '--fork', '--kill-child', '/bin/sh', '-c', script, 'sh', ...variables, ...command];
  const child = spawn('unshare', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output.text += chunk));
  const closed = once(child, 'close').then(() => child.exitCode);
  return {
    output: () => output.text,
    /** Resolves with its exit code. */
    ended: () => closed,
    /** The state of the process inside, as proc(5) has it in `status`. */
    status: () => Object.fromEntries(readStatus(findInside(child.pid))),
    /** Sends the signal to the process inside, as `docker stop` does. Resolves with its exit code. */
    stop: (signal) => {
      process.kill(findInside(child.pid), signal);
      return closed;
    },
  };
}

/** Runs the HEALTHCHECK of the image beside its process. Resolves with its exit code. */
export function checkHealth(image, environment) {
  const command = JSON.parse(image.described.HEALTHCHECK.replace(/^.*?CMD\s+/, ''));
  return runImage(image, { command, environment }).ended();
}

function findInside(pid) {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' '),
  );
  return Number(children[0]);
}

function readStatus(pid) {
  return [...readFileSync(`/proc/${pid}/status`, 'utf8').matchAll(/^(\w+):\s+(.*)$/gm)].map(([, name, value]) => [
    name,
    value,
  ]);
}
