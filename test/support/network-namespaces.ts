import { execFileSync } from 'node:child_process';

/** A host of its own on this machine, with one network card. */
interface NetworkNamespace {
  readonly address: string;
  /** The command that runs another within it. */
  readonly through: readonly string[];
}

/** Hosts that reach each other and this machine over a bridge. */
export interface NetworkNamespaces {
  readonly hosts: readonly NetworkNamespace[];
  /** Drops every packet between this host and the other ones; this machine still reaches all. */
  cutOff(address: string): void;
  /** Ends `cutOff`. */
  rejoin(address: string): void;
  remove(): void;
}

/**
 * Makes network namespaces by `ip` (Debian's package iproute2; ip-netns(8)). Needs root. Throws where the
 * system does not allow it.
 */
export function makeNetworkNamespaces(count: number): NetworkNamespaces {
  // Names of network cards have at most 15 characters.
  const id = process.pid.toString(36);
  const bridge = `pcb${id}`;
  const subnet = `10.${100 + (process.pid % 100)}.${Math.floor(process.pid / 100) % 250}`;
  const names = Array.from({ length: count }, (_, index) => `pc${id}-${index}`);
  const hosts = names.map((name, index) => ({
    address: `${subnet}.${index + 2}`,
    through: ['ip', 'netns', 'exec', name],
  }));
  ip('link', 'add', bridge, 'type', 'bridge');
  ip('addr', 'add', `${subnet}.1/24`, 'dev', bridge);
  ip('link', 'set', bridge, 'up');
  for (const [index, name] of names.entries()) connect(name, bridge, `${subnet}.${index + 2}/24`);

  const change = (action: 'add' | 'del', address: string): void => {
    const index = hosts.findIndex((host) => host.address === address);
    for (const other of hosts) {
      if (other.address !== address) ipIn(names[index] ?? '', 'route', action, 'blackhole', `${other.address}/32`);
    }
  };
  return {
    hosts,
    cutOff: (address) => {
      change('add', address);
    },
    rejoin: (address) => {
      change('del', address);
    },
    remove() {
      for (const name of names) ip('netns', 'del', name);
      ip('link', 'del', bridge);
    },
  };
}

function connect(name: string, bridge: string, address: string): void {
  ip('netns', 'add', name);
  ip('link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
  ip('link', 'set', name, 'master', bridge, 'up');
  ipIn(name, 'addr', 'add', address, 'dev', 'eth0');
  ipIn(name, 'link', 'set', 'eth0', 'up');
  ipIn(name, 'link', 'set', 'lo', 'up');
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function ipIn(name: string, ...args: readonly string[]): void {
  ip('-n', name, ...args);
}
