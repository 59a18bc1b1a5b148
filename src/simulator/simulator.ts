import { Firebase } from './services/firebase.js';
import { GoogleTokens } from './services/google-tokens.js';
import { PushServices } from './services/push-services.js';
import { SimulatorState } from './state.js';
import type { Exchange } from './transport/exchange.js';
import { type Protocol, TlsServer } from './transport/tls-server.js';

export interface SimulatorOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly protocols: readonly Protocol[];
  readonly projectId: string;
  readonly seed: string;
  /** How many decrypted messages are kept. */
  readonly keepMessages: number;
  readonly certificate: { readonly key: string; readonly cert: string };
}

/** All simulated services on one TLS listener. */
export class Simulator {
  readonly state: SimulatorState;
  readonly googleTokens: GoogleTokens;
  readonly firebase: Firebase;
  readonly server: TlsServer;
  private readonly pushServices: PushServices;

  constructor(private readonly options: SimulatorOptions) {
    this.state = new SimulatorState(options.seed, options.keepMessages);
    this.googleTokens = new GoogleTokens(this.state, options.projectId);
    this.firebase = new Firebase(this.state, this.googleTokens);
    this.pushServices = new PushServices(this.state);
    this.server = new TlsServer(
      { ...options.certificate, protocols: options.protocols },
      () => this.state.settings.connections,
      (exchange) => {
        this.handle(exchange).catch((error: unknown) => {
          process.stderr.write(`The simulator failed: ${error instanceof Error ? (error.stack ?? '') : ''}\n`);
          exchange.reset(false);
        });
      },
    );
  }

  /** Listens on 127.0.0.1; resolves with the port. */
  listen(): Promise<number> {
    return this.server.listen(this.options.port);
  }

  close(): Promise<void> {
    return this.server.close();
  }

  private async handle(exchange: Exchange): Promise<void> {
    const service = this.pushServices.find(exchange.path);
    if (service !== undefined) return this.pushServices.receive(exchange, service);
    if (this.firebase.isSendPath(exchange.path)) return this.firebase.receive(exchange);
    if (this.googleTokens.isTokenPath(exchange.path)) return this.googleTokens.receive(exchange);
    exchange.respond(404, { 'content-type': 'text/plain' }, 'There is no such path at any push service\n');
  }
}
