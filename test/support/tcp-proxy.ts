import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy that simulates network failures. */
export interface TcpProxy {
  readonly port: number;
  /** Closes every connection and each new one. */
  cut(): void;
  /** Lets new connections through again. */
  mend(): void;
  /** Leads new connections to another port; those that are open stay where they are. */
  leadTo(port: number): void;
  /** Closes every connection and stops listening. */
  refuse(): Promise<void>;
  /** Listens again on the same port. */
  listenAgain(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTcpProxy(targetHost: string, targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let currentPort = targetPort;

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Errors are expected here: the tests cut connections.
    socket.on('error', () => socket.destroy());
  }

  const server = createServer((client) => {
    keep(client);
    if (isCut) {
      client.destroy();
      return;
    }
    const target = connect(currentPort, targetHost);
    keep(target);
    client.pipe(target).pipe(client);
    client.on('close', () => target.destroy());
    target.on('close', () => client.destroy());
  });
  const listen = (port: number): Promise<void> =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;

  function cut(): void {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  }

  function refuse(): Promise<void> {
    return new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      cut();
    });
  }

  return {
    port,
    cut,
    refuse,
    async listenAgain() {
      isCut = false;
      await listen(port);
    },
    mend() {
      isCut = false;
    },
    leadTo(port) {
      currentPort = port;
    },
    stop: refuse,
  };
}
