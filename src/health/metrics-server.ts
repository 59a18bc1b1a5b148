import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SettingError } from '../core/config/setting-error.js';
import type { MetricsSettings, Mode } from '../core/config/config.js';
import { buildInfo } from '../core/metrics/process.metrics.js';
import { registry, renderMetrics } from '../core/metrics/registry.js';
import { VERSION } from './version.js';

/** How long a text that was rendered is served; Prometheus asks every 15 s or less often. */
const KEEP_MS = 1_000;

/** Connections at once; a further one is closed by Node. */
const MAX_CONNECTIONS = 16;

/** For the whole request, and for writing an answer to a slow reader. */
const REQUEST_TIMEOUT_MS = 5_000;

/** Headers of a request; a scrape needs a few hundred bytes. */
const MAX_HEADER_BYTES = 8_192;

/** A server of metrics that listens. */
export interface MetricsServer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Sets the metric that says which build this process runs. */
export function describeBuild(mode: Mode): void {
  buildInfo.set({ version: VERSION, node_version: process.versions.node, mode }, 1);
}

/**
 * Serves `GET /metrics` in the text format of Prometheus, on a port of its own. However many callers there
 * are, the text is rendered once a second at most, and 16 of them are served at once. Where the port is in
 * use, takes a free one if the settings allow it, else throws a SettingError.
 */
export async function startMetricsServer({ host, port, mayMove }: MetricsSettings): Promise<MetricsServer> {
  try {
    return await listen(host, port);
  } catch (error) {
    const isInUse = (error as { code?: unknown }).code === 'EADDRINUSE';
    if (isInUse && mayMove) return listen(host, 0);
    if (isInUse) throw new SettingError([`METRICS_PORT: another process listens there; choose another port`]);
    throw new SettingError(['METRICS_HOST: cannot listen there; choose another address or METRICS_PORT']);
  }
}

async function listen(host: string, port: number): Promise<MetricsServer> {
  const readMetrics = keepFor(KEEP_MS, renderMetrics);
  const options = {
    maxHeaderSize: MAX_HEADER_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: 1_000,
  };
  const server = createServer(options, (request, response) => {
    void respond(request, response, readMetrics);
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.timeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = REQUEST_TIMEOUT_MS;
  server.listen(port, host);
  await once(server, 'listening');
  const { port: taken, address } = server.address() as AddressInfo;
  return {
    url: `http://${toUrlHost(address)}:${taken}/metrics`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** The host of a URL at which this machine reaches `address`. */
function toUrlHost(address: string): string {
  if (address === '0.0.0.0' || address === '::') return '127.0.0.1';
  return address.includes(':') ? `[${address}]` : address;
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  readMetrics: () => Promise<string>,
): Promise<void> {
  // A body is not read: the connection ends with the answer.
  const hasBody = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;
  if (hasBody) response.setHeader('connection', 'close');
  if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('Only GET /metrics is here\n');
    return;
  }
  try {
    const text = await readMetrics();
    response.writeHead(200, { 'content-type': registry.contentType, 'cache-control': 'no-store' }).end(text);
  } catch {
    response.writeHead(500).end();
  }
}

/** Calls `read` once for all callers of the same `milliseconds`. */
function keepFor<T>(milliseconds: number, read: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined;
  let readMs = 0;
  return () => {
    if (kept === undefined || performance.now() - readMs > milliseconds) {
      kept = read();
      readMs = performance.now();
    }
    return kept;
  };
}
