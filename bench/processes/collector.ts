/** The stand-in collector of traces: takes each export of OTLP over HTTP with JSON, and counts its spans. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readArgument, serveCommands } from '../child.js';

interface Export {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly unknown[] }[];
  }[];
}

await readArgument();
let spans = 0;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Export;
    for (const { scopeSpans } of resourceSpans) for (const scope of scopeSpans) spans += scope.spans.length;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{}');
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

serveCommands({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, () => {
  const taken = spans;
  spans = 0;
  return taken;
});
