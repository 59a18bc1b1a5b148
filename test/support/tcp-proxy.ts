import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be cut, as a network can. */
export interface TcpProxy {
  readonly port: number;
  /** Ends every connection and refuses new ones. */
  cut(): void;
  /** Lets new connections through again. */
  mend(): void;
  /** Ends every connection and listens no more. */
  refuse(): Promise<void>;
  /** Listens again, on the same port. */
  listenAgain(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTcpProxy(targetHost: string, targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isCut = false;

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A cut connection is what these tests are about.
    socket.on('error', () => socket.destroy());
  }

  const server = createServer((client) => {
    keep(client);
    if (isCut) {
      client.destroy();
      return;
    }
    const target = connect(targetPort, targetHost);
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
    stop: refuse,
  };
}
