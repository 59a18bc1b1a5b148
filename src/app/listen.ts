import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** How often a server that is stopping closes idle connections. */
const CLOSE_IDLE_MS = 100;

/** An app that listens. */
export interface Listening {
  readonly app: NestFastifyApplication;
  /** The URL at which this machine reaches it. */
  readonly url: string;
  /** Stops accepting requests, and waits for those in progress. */
  readonly stop: () => Promise<void>;
}

/** Resolves when the app listens. */
export async function listen(app: NestFastifyApplication, port: number, host: string): Promise<Listening> {
  await app.listen(port, host);
  const url = (await app.getUrl())
    .replace('0.0.0.0', '127.0.0.1')
    .replace('[::]', '127.0.0.1')
    .replace('[::1]', '127.0.0.1');
  return { app, url, stop: () => close(app) };
}

/** Node closes connections that are idle when a server stops, but not those that become idle later. */
async function close(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  const closing = setInterval(() => {
    server.closeIdleConnections();
  }, CLOSE_IDLE_MS);
  await app.close().finally(() => {
    clearInterval(closing);
  });
}
